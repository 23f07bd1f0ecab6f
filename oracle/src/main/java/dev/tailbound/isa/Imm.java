package dev.tailbound.isa;

/// A 32-bit immediate, as encoded; 64-bit operations sign-extend it (RFC 9669, section 4.1).
public record Imm(int value) implements Operand {}
