package dev.tailbound.forms.elf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.BadInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

/// Types that are made of themselves, or of too much, end in a complaint.
class BtfTest {
    private static final int TYPEDEF = 8;

    /// The types of the words, without names.
    private static Btf btf(int... words) {
        var section = ByteBuffer.allocate(24 + 4 * words.length + 1).order(ByteOrder.LITTLE_ENDIAN);
        section.putShort((short) 0xeb9f).putShort((short) 1).putInt(24).putInt(0).putInt(4 * words.length).putInt(4
                * words.length)
                .putInt(1);
        for (int word : words) {
            section.putInt(word);
        }
        return Btf.read(View.of("a.o", ".BTF", section.array()));
    }

    @Test
    void sizes_of_types() {
        var btf = btf(0, 1 << 24, 4, 32, 0, TYPEDEF << 24, 1, 0, Btf.ARRAY << 24, 0, 2, 1, 6, 0, Btf.PTR << 24, 3);
        assertThat(btf.size(1)).contains(4L);
        assertThat(btf.size(2)).contains(4L);
        assertThat(btf.size(3)).contains(24L);
        assertThat(btf.size(4)).contains(8L);
        assertThat(btf.size(0)).isEmpty();
    }

    @Test
    void refuses_a_name_for_itself() {
        assertThatThrownBy(() -> btf(0, TYPEDEF << 24, 1).size(1)).isInstanceOf(BadInput.class)
                .hasMessageContaining("type 1 is made of more than 32 types");
    }

    @Test
    void refuses_an_array_of_itself() {
        assertThatThrownBy(() -> btf(0, Btf.ARRAY << 24, 0, 1, 1, 1).size(1)).isInstanceOf(BadInput.class)
                .hasMessageContaining("type 1 is an array of more than 32");
    }

    @Test
    void refuses_a_type_that_is_not_there() {
        assertThatThrownBy(() -> btf(0, TYPEDEF << 24, 7).size(1)).isInstanceOf(BadInput.class)
                .hasMessageContaining("type 7 is outside 1..1");
    }

    @Test
    void refuses_an_unknown_kind() {
        assertThatThrownBy(() -> btf(0, 31 << 24, 0)).isInstanceOf(BadInput.class).hasMessageContaining("type 1 is of kind 31");
    }
}
