package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteOrder;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;

/// A program shows its byte order only by accesses of different widths to the same bytes, and by conversions.
class ByteOrderProperties {
    private static final int SLOTS = 8;
    private static final List<String> OPS = List.of("+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>", "s>>");

    /// Each eight bytes of the value are accessed in one width only: 1, 2, 4, 8, 1, ...
    private static int bits(int slot) {
        return 8 << slot % 4;
    }

    @Property(seed = "5", tries = 500)
    void a_program_that_accesses_each_place_in_one_width_returns_the_same(@ForAll @Size(min = 4, max = 200) byte[] choices) {
        var body = new StringBuilder("r7 = map[m][0] ll\nr6 = 0x0123456789abcdef ll\n");
        for (int reg = 2; reg <= 5; reg++) {
            body.append("r%d = %d\n".formatted(reg, choices[reg - 2] * 0x1_0101));
        }
        for (int at = 4; at + 2 < choices.length; at += 3) {
            step(body, choices[at] & 0xff, choices[at + 1] & 0xff, choices[at + 2]);
        }
        body.append("r0 = r2\nr0 ^= r3\nr0 ^= r4\nr0 ^= r5\n");
        for (int slot = 0; slot < SLOTS; slot++) {
            body.append("r2 = *(u%d *)(r7 + %d)\nr0 *= 31\nr0 += r2\n".formatted(bits(slot), 8 * slot));
        }
        var scenario = Scenario.entry(body + "exit").array("m", 8 * SLOTS, 1);
        var results = List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN).stream()
                .map(order -> Scenario.observation(new Interpreter().outcome(scenario.verified(order))).r0()).toList();
        assertThat(results.getFirst()).as(body.toString()).isEqualTo(results.getLast());
    }

    private static void step(StringBuilder body, int kind, int place, byte number) {
        int slot = place % SLOTS;
        int bits = bits(slot);
        int dst = 2 + (place >> 3) % 4;
        int src = 2 + (place >> 5) % 4;
        var reg = bits == 64 ? "r" : "w";
        body.append(switch (kind % 8) {
            case 0 -> "*(u%d *)(r7 + %d) = %s%d".formatted(bits, 8 * slot, reg, src);
            case 1 -> "*(u%d *)(r7 + %d) = %d".formatted(bits, 8 * slot, number);
            case 2 -> "r%d = *(u%d *)(r7 + %d)".formatted(dst, bits, 8 * slot);
            case 3 -> bits == 64 ? "r%d = bswap64 r%d".formatted(dst, dst)
                    : "r%d = *(s%d *)(r7 + %d)".formatted(dst, bits, 8 * slot);
            case 4 -> bits < 32 ? "r%d = r6".formatted(dst)
                    : "lock *(u%d *)(r7 + %d) += %s%d".formatted(bits, 8 * slot, reg, src);
            case 5 -> bits < 32 ? "r%d = -r%d".formatted(dst, dst)
                    : "%s%d = atomic_fetch_xor((u%d *)(r7 + %d), %s%d)".formatted(reg,
                            src, bits, 8 * slot, reg, src);
            case 6 -> "r%d %s= r%d".formatted(dst, OPS.get((number & 0xff) % OPS.size()), src);
            default -> "w%d %s= w%d".formatted(dst, OPS.get((number & 0xff) % OPS.size()), src);
        }).append('\n');
    }
}
