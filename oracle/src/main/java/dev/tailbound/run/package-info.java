/// The contract of engines: outcomes, observations and the tail-call rule.
package dev.tailbound.run;
