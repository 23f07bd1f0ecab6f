/// The instruction set: one sealed type, with small enums for the encodings.
package dev.tailbound.isa;
