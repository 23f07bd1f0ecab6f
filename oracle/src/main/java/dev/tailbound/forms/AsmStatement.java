package dev.tailbound.forms;

/// A statement of assembly, and its line in the file.
record AsmStatement(String text, int line) {}
