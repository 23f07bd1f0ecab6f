package dev.tailbound.run.kernel;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConsoleTest {
    @Test
    void the_first_alarm_is_the_summary() {
        var console = new Console();
        console.add("[    1.0] all is well");
        assertThat(console.alarm()).isEmpty();
        console.add("[    2.125] BUG: kernel NULL pointer dereference, address: 0000000000000008\r");
        console.add("[    2.250] Kernel panic - not syncing: Fatal exception");
        assertThat(console.alarm()).contains("BUG: kernel NULL pointer dereference, address: 0000000000000008");
    }

    @Test
    void only_the_last_lines_are_kept() {
        var console = new Console();
        for (int i = 0; i < 1000; i++) {
            console.add("line " + i);
        }
        assertThat(console.lines()).hasSize(60).last().isEqualTo("line 999");
    }
}
