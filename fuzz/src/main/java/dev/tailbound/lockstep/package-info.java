/// One case on the oracle and as machine code, instruction by instruction: the first instruction after which they differ.
package dev.tailbound.lockstep;
