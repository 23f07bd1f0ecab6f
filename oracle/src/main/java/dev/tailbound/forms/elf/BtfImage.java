package dev.tailbound.forms.elf;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;

/// The bytes of a `.BTF` section, type by type; each method gives the number of the type it adds.
final class BtfImage {
    private static final int HEADER_BYTES = 24;
    private static final int MAGIC = 0xeb9f;
    private static final int INT = 1;
    private static final int FUNC_PROTO = 13;
    private static final int SIGNED = 1 << 24;
    private static final int GLOBAL = 1;
    private static final int EXTERN = 2;

    /// A member of a structure, or a variable of a section: offsets are in bits there, in bytes here.
    record Part(String name, int type, int offset, int size) {}

    private final ByteArrayOutputStream types = new ByteArrayOutputStream();
    private final ByteArrayOutputStream strings = new ByteArrayOutputStream();
    private final int integer;
    private int count;

    BtfImage() {
        strings.write(0);
        integer = type("int", INT, 0, 4, SIGNED | 32);
    }

    /// `int (*)[elements]`, as `__uint` has it.
    int number(int elements) {
        return pointer(array(integer, elements));
    }

    int array(int element, int elements) {
        return type("", Btf.ARRAY, 0, 0, element, integer, elements);
    }

    int pointer(int target) {
        return type("", Btf.PTR, 0, target);
    }

    /// `int (void *)`
    int prototype() {
        return type("", FUNC_PROTO, 1, integer, 0, pointer(0));
    }

    int structure(List<Part> members, int size) {
        return type("", Btf.STRUCT, members.size(), size,
                members.stream().flatMapToInt(member -> IntStream.of(string(member.name), member.type, member.offset)).toArray());
    }

    int variable(String name, int type) {
        return type(name, Btf.VAR, 0, type, GLOBAL);
    }

    int externFunction(String name, int prototype) {
        return type(name, Btf.FUNC, EXTERN, prototype);
    }

    int section(String name, List<Part> variables, int size) {
        return type(name, Btf.DATASEC, variables.size(), size, variables.stream()
                .flatMapToInt(variable -> IntStream.of(variable.type, variable.offset, variable.size)).toArray());
    }

    byte[] bytes() {
        var image = ByteBuffer.allocate(HEADER_BYTES + types.size() + strings.size()).order(ByteOrder.LITTLE_ENDIAN);
        image.putShort((short) MAGIC).put((byte) 1).put((byte) 0).putInt(HEADER_BYTES);
        image.putInt(0).putInt(types.size()).putInt(types.size()).putInt(strings.size());
        return image.put(types.toByteArray()).put(strings.toByteArray()).array();
    }

    private int type(String name, int kind, int count, int sizeOrType, int... rest) {
        var record = ByteBuffer.allocate(12 + 4 * rest.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putInt(string(name)).putInt(kind << 24 | count).putInt(sizeOrType);
        for (int word : rest) {
            record.putInt(word);
        }
        types.writeBytes(record.array());
        return ++this.count;
    }

    private int string(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        int at = strings.size();
        strings.writeBytes((text + "\0").getBytes(StandardCharsets.UTF_8));
        return at;
    }
}
