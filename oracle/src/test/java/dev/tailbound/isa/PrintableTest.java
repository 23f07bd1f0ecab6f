package dev.tailbound.isa;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PrintableTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "plain \u00e9 \u2013 \ud83d\udc1d | plain \u00e9 \u2013 \ud83d\udc1d",
        "x\u001b[31mred\u0007. | x\\u001b[31mred\\u0007.",
        "c1 \u009b31m     | c1 \\u009b31m",
        "turned \u202e\u2066 | turned \\u202e\\u2066",
        "mark \u200f \ufeff | mark \\u200f \\ufeff",
        "line \u2028 end  | line \\u2028 end",
        "lone \ud83d x    | lone \\ud83d x",
        "tag \udb40\udc01 | tag \\udb40\\udc01",
        "noncharacter \uffff | noncharacter \\uffff",
    })
    void unprintable_characters_are_escaped(String text, String escaped) {
        assertThat(Printable.line(text)).isEqualTo(escaped);
        assertThat(Printable.line(escaped)).isEqualTo(escaped);
    }

    @Test
    void lines_keep_their_ends() {
        assertThat(Printable.line("a\nb\rc\td")).isEqualTo("a\\nb\\rc\\td");
        assertThat(Printable.lines("a\nb\r\n")).isEqualTo("a\nb\\r\n");
    }

    @Test
    void no_control_or_format_character_is_left() {
        IntStream.rangeClosed(0, Character.MAX_CODE_POINT).forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT) {
                assertThat(Printable.line(Character.toString(c))).matches("\\\\[nrt]|(\\\\u[0-9a-f]{4}){1,2}");
            }
        });
    }

    @Test
    void bad_input_is_one_printable_line_whatever_it_quotes() {
        var bad = new BadInput("a\nb.case:1", "unknown \u001b[31m name").in("folder\u202e");
        assertThat(bad).hasMessage("folder\\u202e: a\\nb.case:1: unknown \\u001b[31m name");
        assertThat(BadInput.quoted("x\u0085" + "y".repeat(50))).isEqualTo("'x\\u0085" + "y".repeat(38) + "...'");
    }
}
