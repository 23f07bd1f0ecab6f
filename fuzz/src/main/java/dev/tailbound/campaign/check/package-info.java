/// Checking one case: generate, verify, run, compare, and the name under which the result is counted.
package dev.tailbound.campaign.check;
