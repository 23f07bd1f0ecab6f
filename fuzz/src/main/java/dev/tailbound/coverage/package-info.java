/// Which features and opcodes generated cases contain, counted for reports.
package dev.tailbound.coverage;
