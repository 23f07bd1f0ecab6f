package dev.tailbound.forms.c;

import java.util.Map;

/// The size of a C type on 64-bit machines, and its fields or elements.
///
/// @param isUnsigned of an integer: its values are
/// @param fields     of a structure or union
/// @param element    of an array, else null
public record CType(long size, long align, boolean isUnsigned, Map<String, Field> fields, CType element) {
    static final CType POINTER = integer(8, true);

    /// A member, and its offset.
    public record Field(long offset, CType type) {}

    public CType {
        fields = Map.copyOf(fields);
    }

    static CType integer(int size, boolean isUnsigned) {
        return new CType(size, Math.max(1, size), isUnsigned, Map.of(), null);
    }

    /// An array of so many of these.
    CType times(long count) {
        return new CType(Math.multiplyExact(size, count), align, false, Map.of(), this);
    }
}
