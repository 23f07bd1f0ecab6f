/// What an instruction is: one sealed type over small enums that hold encodings only.
package dev.tailbound.isa;
