package dev.tailbound.run.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.run.process.Activity.State;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Time accounting for scripted processes.
class PatienceTest {
    private static final Duration TICK = Duration.ofMillis(100);

    private final ArrayDeque<Activity> script = new ArrayDeque<>();
    private final Patience patience = new Patience(script::poll);

    /// One tick per value, the total CPU time in milliseconds, all in the same state.
    private Patience ticks(State state, long... millis) {
        for (long used : millis) {
            script.add(new Activity(state, Duration.ofMillis(used)));
            patience.tick(TICK);
        }
        return patience;
    }

    @Test
    void a_process_that_computes_uses_processor_time() {
        assertThat(ticks(State.BUSY, 5000, 5100, 5150).used()).isEqualTo(Duration.ofMillis(150));
    }

    @Test
    void at_most_a_tick_counts_however_many_threads_compute() {
        assertThat(ticks(State.BUSY, 0, 800).used()).isEqualTo(TICK);
    }

    @Test
    void a_process_that_gets_no_processor_uses_nothing() {
        assertThat(ticks(State.BUSY, 70, 70, 70, 70, 70).used()).isZero();
    }

    @Test
    void a_stopped_process_uses_nothing() {
        assertThat(ticks(State.STOPPED, 70, 70, 70, 70, 70).used()).isZero();
        assertThat(patience.isStopped()).isTrue();
        assertThat(ticks(State.BUSY, 70).isStopped()).isFalse();
    }

    @Test
    void a_sleeping_process_uses_its_patience() {
        assertThat(ticks(State.ASLEEP, 70, 70, 70, 70).used()).isEqualTo(Duration.ofMillis(300));
    }

    @Test
    void a_sign_of_progress_resets_the_time_used() {
        ticks(State.BUSY, 0, 100, 200).progress();
        assertThat(ticks(State.BUSY, 300, 350).used()).isEqualTo(Duration.ofMillis(50));
    }

    @Test
    void states_of_real_processes_are_recognized() throws Exception {
        var sleeping = new ProcessBuilder("sleep", "1000").start();
        try {
            await(sleeping, State.ASLEEP);
            new ProcessBuilder("kill", "-STOP", Long.toString(sleeping.pid())).start().waitFor();
            await(sleeping, State.STOPPED);
            new ProcessBuilder("kill", "-CONT", Long.toString(sleeping.pid())).start().waitFor();
            await(sleeping, State.ASLEEP);
        } finally {
            sleeping.destroyForcibly().waitFor();
        }
        assertThat(Activity.of(sleeping.pid()).state()).isEqualTo(State.UNKNOWN);
        assertThat(List.of(Activity.of(ProcessHandle.current().pid()).state())).containsExactly(State.BUSY);
        assertThat(Activity.of(ProcessHandle.current().pid()).processorTime()).isPositive();
    }

    /// Signals take a moment; the test's own time limit is the build's.
    private static void await(Process process, State state) {
        while (Activity.of(process.pid()).state() != state) {
            Thread.onSpinWait();
        }
    }
}
