package dev.tailbound.campaign.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.Checker;
import dev.tailbound.campaign.check.Explainer;
import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.worker.IsolatedRunner;
import dev.tailbound.campaign.worker.Reducer;
import dev.tailbound.campaign.worker.Worker;
import dev.tailbound.campaign.worker.WorkerReply;
import dev.tailbound.campaign.worker.WorkerRequest;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How minimizing a finding of [FakeWorker]'s engines ends.
class ReducerTest {
    private static final String SOURCE = """
            -- prog main
                r0 = 7
                r8 = 0
                r9 = 0
                exit
            -- ctx skb
            -- run main
            """;

    @TempDir
    private Path folder;

    private final List<String> steps = new ArrayList<>();

    private Reducer reducer(BooleanSupplier enough, String... quirks) throws Exception {
        var engines = FakeWorker.engines(folder.resolve("heartbeat"), quirks);
        var tools = new Worker.Tools(_ -> null, new Checker(engines), List.of(), Explainer.NONE,
                () -> new IsolatedRunner(FakeWorker.with(quirks), folder, "guard", () -> {}));
        return new Reducer(tools, enough, this::reached);
    }

    private void reached(Case smaller) {
        steps.add(CasePrinter.print(smaller));
    }

    private static String without(String... statements) {
        var text = SOURCE;
        for (var statement : statements) {
            text = text.replace("    " + statement + "\n", "");
        }
        return text;
    }

    @Test
    void a_finding_is_minimized_completely() throws Exception {
        var reduced = reducer(() -> false, "wrong=7").reduce(new WorkerRequest.Reduce(7, "fake.r0", 100, false, SOURCE));
        assertThat(reduced.ending()).isEqualTo(MinimizationResult.SMALLEST);
        assertThat(reduced.source()).isEqualTo(without("r8 = 0", "r9 = 0")).isEqualTo(steps.getLast());
    }

    @Test
    void in_careful_mode_smaller_cases_that_kill_a_process_are_skipped() throws Exception {
        var reduced = reducer(() -> false, "wrong=7", "crash=3")
                .reduce(new WorkerRequest.Reduce(7, "fake.r0", 100, true, SOURCE));
        assertThat(reduced.ending()).isEqualTo(MinimizationResult.SMALLEST);
        assertThat(reduced.source()).isEqualTo(without("r8 = 0", "r9 = 0"));
    }

    @Test
    void when_time_is_over_the_smallest_case_so_far_is_the_result() throws Exception {
        var reduced = reducer(() -> !steps.isEmpty(), "wrong=7")
                .reduce(new WorkerRequest.Reduce(7, "fake.r0", 100, false, SOURCE));
        assertThat(reduced.ending()).isEqualTo(MinimizationResult.OUT_OF_TIME);
        assertThat(steps).containsExactly(reduced.source()).doesNotContain(SOURCE);
        assertThat(reduced.evidence()).contains("fake disagrees with right");
    }

    @Test
    void when_time_is_over_no_process_is_started() throws Exception {
        var reduced = reducer(() -> true, "crash=7").reduce(new WorkerRequest.Reduce(7, "crash", 100, false, SOURCE));
        assertThat(reduced).isEqualTo(new WorkerReply.Reduced(SOURCE, "", MinimizationResult.OUT_OF_TIME));
    }

    @Test
    void the_number_of_processes_that_die_is_limited() throws Exception {
        var asked = new WorkerRequest.Reduce(7, "crash", 100, false, SOURCE);
        var reduced = reducer(() -> false, "crash=7").elsewhere(asked, CaseVerdict.CRASH, 1);
        assertThat(reduced.ending()).isEqualTo(MinimizationResult.OUT_OF_DEATHS);
        assertThat(reduced.source()).isIn(without("r8 = 0"), without("r9 = 0"));
        assertThat(reduced.evidence()).contains("out of luck");
    }
}
