package dev.tailbound.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CodeBufferTest {
    private final CodeBuffer buffer = new CodeBuffer();

    @Test
    void writes_little_endian() {
        buffer.u8(0x101);
        buffer.u16(0x12345);
        buffer.u32(0x89abcdef);
        buffer.u64(0x0123456789abcdefL);
        assertThat(HexFormat.of().formatHex(buffer.toBytes())).isEqualTo("01" + "4523" + "efcdab89" + "efcdab8967452301");
    }

    @Test
    void patches_written_bytes() {
        buffer.u64(0);
        buffer.patchU32(4, 0x80000001);
        buffer.patchU8(0, 0xff);
        assertThat(HexFormat.of().formatHex(buffer.toBytes())).isEqualTo("ff00000001000080");
        assertThat(buffer.u32At(4)).isEqualTo(0x80000001);
        assertThat(buffer.u8At(7)).isEqualTo(0x80);
    }

    @Test
    void grows_without_losing_bytes() {
        for (int i = 0; i < 10_000; i++) {
            buffer.u32(i);
        }
        assertThat(buffer.size()).isEqualTo(40_000);
        for (int i = 0; i < 10_000; i++) {
            assertThat(buffer.u32At(4 * i)).isEqualTo(i);
        }
    }

    @Test
    void rejects_patches_of_unwritten_bytes() {
        buffer.u32(0);
        assertThatThrownBy(() -> buffer.patchU32(1, 0)).isInstanceOf(IndexOutOfBoundsException.class)
                .hasMessage("offset 1: expected 4 written bytes there, found 4 in all");
    }
}
