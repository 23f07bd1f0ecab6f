/// The arm64 backend: assembler, instruction selection, frames and the schemes that count tail calls.
///
/// "ARM ARM" in comments is the Arm Architecture Reference Manual for A-profile, DDI 0487 H.a; section numbers change between editions.
package dev.tailbound.jit.arm64;
