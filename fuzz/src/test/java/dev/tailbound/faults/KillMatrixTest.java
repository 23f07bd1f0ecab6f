package dev.tailbound.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.faults.Fault.Topic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Measures cases and time to find each fault, and the size of its smallest case. `mvn verify -Pkill-matrix` writes `fuzz/target/kill-matrix.txt`.
@Tag("kill-matrix")
class KillMatrixTest {
    private static final long SEED = Long.getLong("seed", 1);
    private static final int CASES = 100_000;
    private static final int CONTROL_CASES = 20_000;
    private static final Duration TIME = Duration.ofSeconds(60);
    private static final int INSNS_OF_TAIL_CALLS = 15;

    /// A line of the matrix.
    private record Row(Fault fault, Optional<Hunt.Kill> kill, Optional<Case> smallest) {
        static final String HEAD = "%-15s %-66s %-24s %6s %8s %11s  %s".formatted("engine", "fault", "origin", "cases", "seconds",
                "insns", "signature");

        int insns() {
            return smallest.map(Hunt::insns).orElseThrow();
        }

        @Override
        public String toString() {
            return "%-15s %-66s %-24s %s".formatted(fault.machine().word(), fault.name(), fault.origin(), kill.map(
                    found -> "%6d %8.2f %4d -> %3d  %s".formatted(found.cases(), found.time().toMillis() / 1000.0, Hunt.insns(
                            found
                                    .source()),
                            insns(), found.signature()))
                    .orElse("nothing found"));
        }
    }

    @Test
    void kill_matrix() throws IOException {
        var rows = new ArrayList<Row>();
        for (var fault : Faults.ALL) {
            rows.add(show(hunt(fault, CASES)));
        }
        var controls = Stream.of(Machine.values()).map(Fault::none).map(none -> show(hunt(none, CONTROL_CASES))).toList();
        var lines = Stream.concat(Stream.of(Row.HEAD), Stream.concat(rows.stream(), controls.stream()).map(Row::toString))
                .toList();
        Files.write(Path.of(System.getProperty("kill-matrix", "target/kill-matrix.txt")), lines);

        assertThat(rows)
                .allSatisfy(row -> assertThat(row.kill()).hasValueSatisfying(kill -> assertThat(kill.time()).isLessThan(TIME)));
        assertThat(rows).filteredOn(row -> row.fault().topic() == Topic.TAIL_CALLS)
                .allSatisfy(row -> assertThat(row.insns()).isLessThanOrEqualTo(INSNS_OF_TAIL_CALLS));
        assertThat(controls).allSatisfy(row -> assertThat(row.kill()).isEmpty());
    }

    private static Row hunt(Fault fault, int cases) {
        try (var hunt = new Hunt(SEED, fault)) {
            var kill = hunt.first(cases);
            return new Row(fault, kill, kill.map(hunt::smallest));
        }
    }

    private static Row show(Row row) {
        System.out.println(row);
        return row;
    }
}
