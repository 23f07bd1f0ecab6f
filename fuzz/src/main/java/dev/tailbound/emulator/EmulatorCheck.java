package dev.tailbound.emulator;

import dev.tailbound.generate.Choices;
import dev.tailbound.run.processor.Effect;
import dev.tailbound.run.processor.Processor;
import dev.tailbound.run.processor.Trial;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;

/// Runs each instruction form on an emulator and on a processor, from the same states, and compares the states after it.
public final class EmulatorCheck {

    /// The result for a form.
    ///
    /// @param runs        compared
    /// @param differences number of runs that differ
    /// @param first       lines about the first of them; empty if there is none
    public record Result(String form, int encodings, int runs, int differences, List<String> first) {
        public Result {
            first = List.copyOf(first);
        }

        public boolean agrees() {
            return differences == 0;
        }
    }

    /// Runs of a form that may end in an exception of the processor: each costs a process.
    private static final int EXCEPTIONS = 1;
    /// Runs in memory at a time.
    private static final int BATCH = 1000;
    /// Processor features that the emulator has and processors may lack, by mnemonic.
    private static final List<String> BMI2 = List.of("shlx", "shrx", "sarx");

    private final Processor emulator;
    private final Processor processor;
    private final Predicate<String> features;

    /// @param features the features of the processor, by their names in `/proc/cpuinfo`
    public EmulatorCheck(Processor emulator, Processor processor, Predicate<String> features) {
        this.emulator = emulator;
        this.processor = processor;
        this.features = features;
    }

    /// Results in the order of the forms' names. Forms of instructions that the processor does not have are left out.
    public List<Result> check(FormSurvey survey, long seed, int runs) {
        var results = new ArrayList<Result>();
        long index = 0;
        for (var form : survey.forms().entrySet()) {
            var insns = form.getValue();
            if (!BMI2.contains(insns.getFirst().mnemonic()) || features.test("bmi2")) {
                results.add(check(form.getKey(), insns, Choices.seeded(seed, index), runs));
            }
            index++;
        }
        return results;
    }

    private Result check(String form, List<MachineInsn> insns, Choices choices, int runs) {
        var sum = new Result(form, insns.size(), 0, 0, List.of());
        int exceptions = EXCEPTIONS;
        for (int done = 0; done < runs; done += BATCH) {
            var chosen = new ArrayList<MachineInsn>();
            var trials = new ArrayList<Trial>();
            for (int run = done; run < Math.min(runs, done + BATCH); run++) {
                var insn = run < insns.size() ? insns.get(run) : choices.pick(insns);
                chosen.add(insn);
                trials.add(Trials.of(insn, choices));
            }
            var emulated = emulator.run(trials);
            var compared = new ArrayList<Integer>();
            for (int i = 0; i < trials.size(); i++) {
                if (emulated.get(i) instanceof Effect.Done || exceptions-- > 0) {
                    compared.add(i);
                }
            }
            var effects = processor.run(compared.stream().map(trials::get).toList());
            for (int i = 0; i < compared.size(); i++) {
                int run = compared.get(i);
                sum = with(sum, chosen.get(run), trials.get(run), effects.get(i), emulated.get(run));
            }
        }
        return sum;
    }

    private static Result with(Result sum, MachineInsn insn, Trial trial, Effect expected, Effect found) {
        var difference = switch (expected) {
            case Effect.Faulted() ->
                found instanceof Effect.Faulted ? "" : "the processor raises an exception, the emulator does not";
            case Effect.Done done -> switch (found) {
                case Effect.Faulted() -> "the emulator raises an exception, the processor does not";
                case Effect.Done emulated -> difference(DefinedFlags.after(insn, trial), done, emulated);
            };
        };
        boolean differs = !difference.isEmpty();
        return new Result(sum.form(), sum.encodings(), sum.runs() + 1, sum.differences() + (differs ? 1 : 0),
                differs && sum.agrees() ? evidence(insn, difference, trial) : sum.first());
    }

    private static List<String> evidence(MachineInsn insn, String difference, Trial trial) {
        var lines = new ArrayList<String>();
        lines.add("%s: %s".formatted(insn.hex(), difference));
        lines.add("before it: flags 0x%x".formatted(trial.flags()));
        for (int i = 0; i < Trial.REGISTERS; i += 2) {
            lines.add("%s 0x%x, %s 0x%x".formatted(Trials.NAMES.get(i), trial.registers()[i], Trials.NAMES.get(i + 1),
                    trial.registers()[i + 1]));
        }
        return lines;
    }

    private static String difference(long flags, Effect.Done expected, Effect.Done found) {
        for (int i = 0; i < Trial.REGISTERS; i++) {
            if (expected.registers()[i] != found.registers()[i]) {
                return differs(Trials.NAMES.get(i), expected.registers()[i], found.registers()[i]);
            }
        }
        if (((expected.flags() ^ found.flags()) & flags) != 0) {
            return differs("flags", expected.flags() & flags, found.flags() & flags);
        }
        if (expected.jumped() != found.jumped()) {
            return "the processor %s, the emulator %s".formatted(expected.jumped() ? "jumps" : "does not jump",
                    found.jumped() ? "does" : "does not");
        }
        int at = Arrays.mismatch(expected.window(), found.window());
        return at < 0 ? ""
                : differs("byte at 0x%x".formatted(Trial.WINDOW + at), expected.window()[at] & 0xff, found.window()[at] & 0xff);
    }

    private static String differs(String what, long expected, long found) {
        return "%s expected 0x%x, found 0x%x".formatted(what, expected, found);
    }
}
