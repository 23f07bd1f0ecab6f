package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailbound.files.InputFile;
import dev.tailbound.isa.BadInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.zip.GZIPInputStream;

/// The bytes of a kernel image, outside the Java heap: some images have 50 MB.
final class ImageBytes {
    private static final int GZIP_MAGIC = 0x8b1f;
    // PE Format: "MZ", at 0x3c the offset of "PE\0\0", the COFF file header, the optional header, the section table.
    // @formatter:off
    private static final int MZ_MAGIC            = 0x5a4d;
    private static final int PE_OFFSET_AT        = 0x3c;
    private static final int PE_MAGIC            = 0x4550;
    private static final int PE_SECTIONS_AT      = 6;
    private static final int PE_OPTIONAL_SIZE_AT = 20;
    private static final int PE_OPTIONAL_HEADER  = 24;
    private static final int PE_SECTION_SIZE     = 40;
    private static final int PE_RAW_SIZE_AT      = 16;
    private static final int PE_RAW_AT           = 20;
    // System V ABI: a 64-bit ELF file's section header table, at the end of a linked kernel.
    private static final int ELF_MAGIC           = 0x464c457f;
    private static final int ELF_SECTIONS_AT     = 40;
    private static final int ELF_SECTION_SIZE_AT = 58;
    private static final int ELF_SECTION_NUM_AT  = 60;
    // @formatter:on

    private final ByteBuffer bytes;

    private ImageBytes(ByteBuffer bytes) {
        this.bytes = bytes.order(ByteOrder.LITTLE_ENDIAN);
    }

    /// A file of at most `limit` bytes; throws [BadInput] if it is missing or longer.
    static ImageBytes read(Path file, int limit) {
        return new ImageBytes(InputFile.map(file, limit));
    }

    /// The image in a gzipped file, or the same if it is none; throws [BadInput] if it is damaged or longer than `limit`.
    ImageBytes unzipped(Path file, int limit) {
        if ((word(0) & 0xffff) != GZIP_MAGIC) {
            return this;
        }
        try (var in = new GZIPInputStream(new ByteArrayInputStream(from(0)))) {
            return new ImageBytes(ByteBuffer.wrap(InputFile.read(file, in, limit)));
        } catch (IOException e) {
            throw new BadInput(file.toString(), "expected a kernel image, found damaged gzip");
        }
    }

    int length() {
        return bytes.limit();
    }

    /// The little-endian word at an offset; 0 outside the image.
    int word(int at) {
        return at < 0 || length() - Integer.BYTES < at ? 0 : bytes.getInt(at);
    }

    /// At most `length` bytes from an offset, as text.
    String text(int from, int length) {
        int start = Math.clamp(from, 0, length());
        var text = new byte[Math.min(length, length() - start)];
        bytes.get(start, text);
        return new String(text, ISO_8859_1);
    }

    /// A copy of the bytes from an offset on.
    byte[] from(int start) {
        var rest = new byte[length() - start];
        bytes.get(start, rest);
        return rest;
    }

    /// The first offset from `from` on of these bytes; -1 if they do not occur.
    int indexOf(byte[] wanted, int from) {
        for (int at = from; at <= length() - wanted.length; at++) {
            if (bytes.get(at) == wanted[0] && bytes.slice(at, wanted.length).equals(ByteBuffer.wrap(wanted))) {
                return at;
            }
        }
        return -1;
    }

    boolean isText() {
        for (int at = 0; at < length(); at++) {
            byte b = bytes.get(at);
            if (b >= 0 && b < ' ' && !Character.isWhitespace(b)) {
                return false;
            }
        }
        return true;
    }

    /// The length that its headers state: the end of the last PE section of an image with an EFI stub, or of an ELF file's section headers; 0 without
    /// such headers.
    long statedLength() {
        return word(0) == ELF_MAGIC ? elfLength() : peLength();
    }

    private long elfLength() {
        int last = word(ELF_SECTION_NUM_AT) & 0xffff;
        int size = word(ELF_SECTION_SIZE_AT) & 0xffff;
        return Integer.toUnsignedLong(word(ELF_SECTIONS_AT)) + (long) last * size;
    }

    private long peLength() {
        int header = word(PE_OFFSET_AT);
        long end = 0;
        if ((word(0) & 0xffff) == MZ_MAGIC && header > 0 && word(header) == PE_MAGIC) {
            int sections = word(header + PE_SECTIONS_AT) & 0xffff;
            int table = header + PE_OPTIONAL_HEADER + (word(header + PE_OPTIONAL_SIZE_AT) & 0xffff);
            for (int i = 0; i < sections; i++) {
                int section = table + i * PE_SECTION_SIZE;
                end = Math.max(end, Integer.toUnsignedLong(word(section + PE_RAW_SIZE_AT))
                        + Integer.toUnsignedLong(word(section + PE_RAW_AT)));
            }
        }
        return end;
    }

    /// SHA-256, in hexadecimal.
    String digest() {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(bytes.duplicate().rewind());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
