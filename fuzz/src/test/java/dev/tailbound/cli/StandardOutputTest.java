package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// When output counts as lost.
class StandardOutputTest {
    private static final byte[] BYTES = "text".getBytes(StandardCharsets.UTF_8);

    @ParameterizedTest
    @CsvSource({ "Broken pipe, false", "No space left on device, true" })
    void output_to_a_closed_pipe_is_not_lost(String trouble, boolean lost) {
        var output = new StandardOutput(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(trouble);
            }
        });
        assertThatThrownBy(() -> output.write(BYTES, 0, BYTES.length)).hasMessage(trouble);
        assertThat(output.hasLost()).isEqualTo(lost);
    }

    @Test
    void written_bytes_arrive() throws IOException {
        var written = new ByteArrayOutputStream();
        var output = new StandardOutput(written);
        output.write(BYTES, 1, 2);
        assertThat(written).hasToString("ex");
        assertThat(output.hasLost()).isFalse();
    }
}
