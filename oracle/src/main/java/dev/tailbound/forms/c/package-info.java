/// What forms made of C source share: tokens, constant expressions, sizes of types, and the instruction macros of `filter.h`.
package dev.tailbound.forms.c;
