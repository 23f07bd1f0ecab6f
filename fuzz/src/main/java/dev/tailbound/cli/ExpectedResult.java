package dev.tailbound.cli;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.interp.Comparability;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;

/// The results of a case that states none, as the oracle computes them, for forms that hold a program and its results.
final class ExpectedResult {
    /// Values of more entries would fill a test.
    private static final int MAX_ENTRIES = 64;
    private static final Set<Helper> OF_MACHINE = Set.of(Helper.KTIME_GET_NS, Helper.GET_PRANDOM_U32, Helper.GET_SMP_PROCESSOR_ID,
            Helper.GET_CURRENT_TASK);

    private ExpectedResult() {}

    /// The case itself if it states a result, or if its results depend on addresses or on the machine.
    static Case of(Case source) {
        if (!source.expectation().equals(Expectation.NONE) || dependsOnMachine(source)) {
            return source;
        }
        try (var oracle = new Interpreter()) {
            return Verifier.verify(source) instanceof Verdict.Accepted(var verified)
                    && oracle.comparability(verified) instanceof Comparability.Whole
                    && oracle.outcome(verified) instanceof Outcome.Returned(var seen)
                            ? source.withExpectation(expectation(source, seen))
                            : source;
        }
    }

    private static boolean dependsOnMachine(Case source) {
        return source.programs().stream().flatMap(program -> program.insns().stream()).anyMatch(
                insn -> insn instanceof Insn.CallHelper(int id) && Helper.byId(id).filter(OF_MACHINE::contains).isPresent());
    }

    private static Expectation expectation(Case source, Observation seen) {
        var values = new TreeMap<Expectation.Entry, Bytes>();
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.Array array && array.entries() <= MAX_ENTRIES) {
                var bytes = seen.maps().get(map).toArray();
                for (int key = 0; key < array.entries(); key++) {
                    var value = new byte[array.valueSize()];
                    System.arraycopy(bytes, key * array.valueSize(), value, 0, value.length);
                    values.put(new Expectation.Entry(map, key), Bytes.of(value));
                }
            }
        }
        return new Expectation(OptionalLong.of(seen.r0()), OptionalInt.of(seen.tailCalls()), values, "");
    }
}
