package dev.tailbound.bench;

import com.sun.management.OperatingSystemMXBean;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.run.Engine;
import dev.tailbound.run.Run;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.emulated.StageClock;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifications;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/// Runs cases through all stages on one thread, as a campaign does, and measures each stage. The additional runs that a campaign makes for cases with
/// events are left out.
///
/// ```java
/// var bench = new Bench(differential, index -> generator.generate(Choices.seeded(1, index)));
/// bench.round(20_000); // warm-up
/// Round round = bench.round(2_000);
/// ```
public final class Bench {
    private static final int GENERATE = 0;
    private static final int VERIFY = 1;
    private static final int COMPARE = 2;
    private static final int FIRST_ENGINE = 3;

    private static final OperatingSystemMXBean SYSTEM = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final List<Engine> engines;
    private final Differential differential;
    private final LongFunction<Case> source;
    private final Verifications verifications;
    private final List<Stage> stages = new ArrayList<>();
    private final List<LongSupplier> clocks = new ArrayList<>();
    private final long[] spent;
    private long mark;
    private long next;

    /// `source` returns the case with a number. The caller closes the engines.
    public Bench(Differential differential, LongFunction<Case> source) {
        this.engines = differential.engines();
        this.differential = differential;
        this.verifications = new Verifications(differential.order());
        this.source = source;
        this.spent = new long[FIRST_ENGINE + engines.size()];
        add(new Stage("generate", false), () -> spent[GENERATE]);
        add(new Stage("verify", false), () -> spent[VERIFY]);
        for (int i = 0; i < engines.size(); i++) {
            addEngine(FIRST_ENGINE + i, engines.get(i));
        }
        add(new Stage("compare", false), () -> spent[COMPARE]);
    }

    private void addEngine(int slot, Engine engine) {
        if (engine instanceof EmulatedEngine emulated) {
            for (var stage : StageClock.Stage.values()) {
                add(new Stage("%s: %s".formatted(engine.name(), stage.name().toLowerCase(Locale.ROOT)),
                        stage == StageClock.Stage.EMULATE), () -> emulated.clock().nanos(stage));
            }
        } else {
            add(new Stage(engine.name(), false), () -> spent[slot]);
        }
    }

    private void add(Stage stage, LongSupplier clock) {
        stages.add(stage);
        clocks.add(clock);
    }

    /// The stages of [Round#nanos()], in order.
    public List<Stage> stages() {
        return List.copyOf(stages);
    }

    /// Measures the next `cases` cases.
    public Round round(int cases) {
        var before = readClocks();
        long processorBefore = SYSTEM.getProcessCpuTime();
        long start = System.nanoTime();
        int diverged = 0;
        int inconclusive = 0;
        for (int i = 0; i < cases; i++) {
            switch (compareNext()) {
                case Comparison.Agree _ -> {
                }
                case Comparison.Diverge _ -> diverged++;
                case Comparison.Inconclusive _ -> inconclusive++;
            }
        }
        long elapsed = System.nanoTime() - start;
        var nanos = readClocks();
        for (int i = 0; i < nanos.length; i++) {
            nanos[i] -= before[i];
        }
        return new Round(cases, diverged, inconclusive, elapsed, SYSTEM.getProcessCpuTime() - processorBefore, nanos);
    }

    private Comparison compareNext() {
        long index = next++;
        mark = System.nanoTime();
        var made = source.apply(index);
        end(GENERATE);
        if (!(verifications.verify(made) instanceof Verdict.Accepted(var verified))) {
            throw new IllegalStateException("case %d: expected the verifier to accept it, found it rejected".formatted(index));
        }
        end(VERIFY);
        var runs = new ArrayList<Run>(engines.size());
        for (int i = 0; i < engines.size(); i++) {
            runs.add(engines.get(i).run(verified, OptionalLong.empty()));
            end(FIRST_ENGINE + i);
        }
        var comparison = differential.judge(verified, runs);
        end(COMPARE);
        return comparison;
    }

    private void end(int slot) {
        long now = System.nanoTime();
        spent[slot] += now - mark;
        mark = now;
    }

    private long[] readClocks() {
        return clocks.stream().mapToLong(LongSupplier::getAsLong).toArray();
    }
}
