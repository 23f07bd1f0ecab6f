package dev.tailbound.isa;

/// The source of an operation: a register (X form) or an immediate (K form).
public sealed interface Operand permits Reg, Imm {}
