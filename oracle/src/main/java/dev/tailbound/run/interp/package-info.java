/// The oracle: an interpreter to be read beside the ISA document, RFC 9669.
///
/// [Interpreter] holds the instructions, [Arithmetic] what they compute, [CallStack] and [Frame] what calls do, [Memory] what addresses mean.
package dev.tailbound.run.interp;
