package dev.tailbound.jit;

import dev.tailbound.verify.ProgramFacts.ArraySlot;

/// A direct tail call: places in a function's code that are rewritten when its slot changes, each a jump or a no-op of the same length.
///
/// The code is made for an empty slot.
///
/// @param target offset of what jumps to the program in the slot, and is a no-op where there is none
/// @param bypass offset of what jumps to `behind` where there is none, and is a no-op otherwise; unused where the protocol has no such step
/// @param behind offset of what follows the tail call
public record Poke(ArraySlot slot, PokeProtocol protocol, int target, int bypass, int behind) {}
