/// The oracle: an interpreter that follows the ISA document, RFC 9669.
///
/// [Interpreter] has the instructions, [Arithmetic] their arithmetic, [CallStack] and [Frame] the calls, [Memory] the address space.
package dev.tailbound.run.interp;
