package dev.tailbound.jit;

import dev.tailbound.verify.ProgramFacts.ArraySlot;

/// Patch sites of a direct tail call: places in a function's code that are patched when its slot changes, each a jump or a no-op of the same length.
///
/// The code is compiled for an empty slot.
///
/// @param target offset of the jump to the program in the slot; a no-op if the slot is empty
/// @param bypass offset of the jump to `after`; a no-op unless the slot is empty; unused if the protocol has no bypass
/// @param after  offset of the instruction after the tail call
public record Poke(ArraySlot slot, PokeProtocol protocol, int target, int bypass, int after) {}
