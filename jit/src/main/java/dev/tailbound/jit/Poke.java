package dev.tailbound.jit;

import dev.tailbound.verify.ProgramFacts.ArraySlot;

/// A direct tail call: places in a function's code that are rewritten when its slot changes, each a jump or a no-op of the same length.
///
/// The code is made for an empty slot.
///
/// @param target offset of what jumps to the program in the slot, and is a no-op where there is none
/// @param bypass offset of the instruction that jumps to `after` while the slot is empty and is a no-op otherwise; unused where the protocol has no bypass
/// @param after  offset of the instruction after the tail call
public record Poke(ArraySlot slot, PokeProtocol protocol, int target, int bypass, int after) {}
