package dev.tailbound.forms;

import dev.tailbound.cases.Bytes;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CToken.Kind;
import dev.tailbound.forms.c.CTokens;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// Values as syzkaller programs write them: numbers, results of calls, and targets of pointers.
final class SyzValues {
    private static final Pattern RESOURCE = Pattern.compile("r\\d+");

    private SyzValues() {}

    static boolean isResource(CToken token) {
        return token.isWord() && RESOURCE.matcher(token.text()).matches();
    }

    /// Passes `&(0x7f0000000000)=`, `&AUTO=`; null if there is no pointer target.
    static CTokens pointee(CTokens pointer) {
        option(pointer);
        if (!pointer.accept("&")) {
            return null;
        }
        if (pointer.peek().is("(")) {
            pointer.inside("(");
        } else {
            pointer.next();
        }
        return pointer.accept("=") ? pointer : null;
    }

    /// Passes `@name=`.
    static void option(CTokens value) {
        while (value.peek().is("@") && value.peek(1).isWord() && value.peek(2).is("=")) {
            value.next();
            value.next();
            value.next();
        }
    }

    /// The name of a result in place of a value, if any; of `<r1=>0x0` it is none.
    static String resource(CTokens value) {
        var part = value.copy();
        option(part);
        return isResource(part.peek()) ? part.peek().text() : "";
    }

    /// A number, `AUTO` being 0.
    static long number(CTokens value) {
        var part = value.copy();
        option(part);
        if (part.accept("<")) {
            part.until(">");
            part.next();
        }
        if (part.accept("AUTO") || part.accept("nil") || part.atEnd()) {
            return 0;
        }
        boolean isNegative = part.accept("-");
        var digits = part.peek().text();
        if (part.peek().kind() != Kind.NUMBER || (!part.peek(1).is(",") && part.peek(1).kind() != Kind.END)) {
            throw part.expected("a number");
        }
        try {
            long number = digits.startsWith("0x") ? Long.parseUnsignedLong(digits.substring(2), 16)
                    : Long.parseUnsignedLong(digits);
            return isNegative ? -number : number;
        } catch (NumberFormatException notNumber) {
            throw part.expected("a number");
        }
    }

    static int u32(List<CTokens> fields, int index, int missing) {
        return index < fields.size() && !fields.get(index).peek().is("AUTO") ? (int) number(fields.get(index)) : missing;
    }

    static int littleEndian(Bytes bytes) {
        int value = 0;
        for (int i = Math.min(bytes.length(), Integer.BYTES) - 1; i >= 0; i--) {
            value = (value << Byte.SIZE) | (bytes.at(i) & 0xff);
        }
        return value;
    }

    /// The bytes that a field points to: a string of hex digits or characters, or a number of 64 bits; none where it says nothing.
    static Bytes data(CTokens pointer) {
        var value = pointee(pointer.copy());
        if (value == null) {
            return Bytes.EMPTY;
        }
        option(value);
        return switch (value.peek().kind()) {
            case STRING -> hex(value);
            case CHARACTER -> Bytes.of(value.peek().text().getBytes(StandardCharsets.ISO_8859_1));
            case NUMBER ->
                Bytes.of(ByteBuffer.allocate(Long.BYTES).order(ByteOrder.LITTLE_ENDIAN).putLong(number(value)).array());
            case WORD -> value.peek().is("ANY") ? SyzBlob.read(value).bytes() : Bytes.EMPTY;
            case MARK, END -> Bytes.EMPTY;
        };
    }

    static Bytes hex(CTokens value) {
        var at = value.peek();
        var digits = value.string("hex digits").replaceAll("\\s", "");
        try {
            return Bytes.ofHex(digits);
        } catch (IllegalArgumentException notHex) {
            throw value.bad(at, "expected pairs of hex digits, found %s".formatted(at.shown()));
        }
    }
}
