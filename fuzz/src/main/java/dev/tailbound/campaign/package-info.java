/// The loop of a campaign: hands out cases to workers, outlives them, and records their results.
package dev.tailbound.campaign;
