/// Shared parts of forms based on C source: tokens, constant expressions, sizes of types, and the instruction macros of `filter.h`.
package dev.tailbound.forms.c;
