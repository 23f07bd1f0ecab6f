package dev.tailbound.jit.arm64;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Register.X5;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/// Interprets the instructions that load constants.
class MacroAssemblerTest {
    private static final long[] BLOCKS = { 0, 1, 0x7fff, 0x8000, 0xfffe, 0xffff };

    @Test
    void any_64_bit_constant_is_loaded_in_at_most_four_instructions() {
        for (long a : BLOCKS) {
            for (long b : BLOCKS) {
                for (long c : BLOCKS) {
                    for (long d : BLOCKS) {
                        assertConstant(a << 48 | b << 32 | c << 16 | d);
                    }
                }
            }
        }
        var random = new SplittableRandom(1);
        for (int i = 0; i < 10_000; i++) {
            assertConstant(random.nextLong());
        }
    }

    @Test
    void a_32_bit_constant_is_sign_extended_to_the_width() {
        for (long high : BLOCKS) {
            for (long low : BLOCKS) {
                int value = (int) (high << 16 | low);
                var wide = new MacroAssembler(KernelGeneration.V6_12);
                wide.movImmediate(W64, X5, value);
                assertThat(run(wide)).isEqualTo(value);
                var narrow = new MacroAssembler(KernelGeneration.V6_12);
                narrow.movImmediate(W32, X5, value);
                assertThat(run(narrow)).isEqualTo(Integer.toUnsignedLong(value));
            }
        }
    }

    @Test
    void code_addresses_always_take_three_instructions() {
        for (long address : new long[]{ 0xffff_8000_0000_0000L, 0xffff_ffff_ffff_fffcL, 0xffff_8000_8026_3780L,
            0xffff_0000_0000_0000L }) {
            var asm = new MacroAssembler(KernelGeneration.V6_12);
            asm.movAddress(X5, address);
            assertThat(asm.position()).isEqualTo(12);
            assertThat(run(asm)).isEqualTo(address);
        }
    }

    @Test
    void a_low_code_address_is_rejected() {
        var asm = new MacroAssembler(KernelGeneration.V6_12);
        assertThatThrownBy(() -> asm.movAddress(X5, 0x7fff_8000_0000_0000L))
                .hasMessage("address 0x7fff800000000000, expected one with bits 63..48 set");
    }

    private static void assertConstant(long value) {
        var asm = new MacroAssembler(KernelGeneration.V6_12);
        asm.movConstant(X5, value);
        assertThat(asm.position()).isLessThanOrEqualTo(16);
        assertThat(run(asm)).as("%#x", value).isEqualTo(value);
    }

    /// `movn`, `movz` and `movk` to x5, as ARM ARM C6.2 defines them.
    private static long run(Assembler asm) {
        long register = 0x5555_5555_5555_5555L;
        var code = ByteBuffer.wrap(asm.toBytes()).order(ByteOrder.LITTLE_ENDIAN);
        while (code.hasRemaining()) {
            int word = code.getInt();
            assertThat(word & 0x1f80_001f).isEqualTo(0x1280_0005);
            int shift = 16 * (word >>> 21 & 3);
            long block = (word >>> 5 & 0xffffL) << shift;
            register = switch (word >>> 29 & 3) {
                case 0 -> ~block;
                case 2 -> block;
                case 3 -> (register & ~(0xffffL << shift)) | block;
                default -> throw new AssertionError("%#x".formatted(word));
            };
            register = word < 0 ? register : register & 0xffff_ffffL;
        }
        return register;
    }
}
