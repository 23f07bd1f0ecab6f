package dev.tailbound.run.emulated;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmParser;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/// Builds a case step by step, with coarse facts: 64 bytes of stack everywhere, and counting code in all functions of a program with a tail call.
/// Skips the verifier, so it can run programs that the verifier rejects.
final class TestCase {
    private static final int STACK_DEPTH = 64;

    private final List<BpfMap> maps = new ArrayList<>();
    private final List<Program> programs = new ArrayList<>();
    private Context context = Context.Skb.defaults();
    private Environment environment = Environment.DEFAULT;

    TestCase array(String name, int valueSize, String... values) {
        var init = new TreeMap<Integer, Bytes>();
        for (var value : values) {
            init.put(init.size(), Bytes.ofHex(value));
        }
        maps.add(new BpfMap.Array(name, valueSize, values.length, init));
        return this;
    }

    /// A program array whose slots are in order; an empty name is an empty slot.
    TestCase programs(String name, String... slots) {
        var filled = new TreeMap<Integer, String>();
        for (int i = 0; i < slots.length; i++) {
            if (!slots[i].isEmpty()) {
                filled.put(i, slots[i]);
            }
        }
        maps.add(new BpfMap.ProgArray(name, slots.length, filled));
        return this;
    }

    /// The first program is the entry.
    TestCase program(String name, String text) {
        programs.add(AsmParser.parse(name, text, maps.stream().map(BpfMap::name).toList()));
        return this;
    }

    TestCase memory(String hex) {
        context = new Context.Mem(Bytes.ofHex(hex));
        return this;
    }

    TestCase environment(long prandom, long ktime, int cpu) {
        environment = new Environment(prandom, ktime, cpu);
        return this;
    }

    VerifiedCase build() {
        var source = new Case("", maps, programs, programs.getFirst().name(), context, environment, Expectation.NONE);
        return new VerifiedCase(source, programs.stream().map(TestCase::facts).toList());
    }

    private static ProgramFacts facts(Program program) {
        var starts = new TreeSet<>(List.of(0));
        boolean tailCalls = false;
        for (var insn : program.insns()) {
            if (insn instanceof Insn.Call(int target)) {
                starts.add(target);
            }
            tailCalls |= insn instanceof Insn.CallHelper call && call.isTailCall();
        }
        var functions = new ArrayList<Subprogram>();
        for (int start : starts) {
            var next = starts.higher(start);
            functions.add(new Subprogram(start == 0 ? program.name() : "f" + start, start, next == null ? program.size() : next,
                    STACK_DEPTH, tailCalls, tailCalls));
        }
        var reached = new BitSet();
        reached.set(0, program.size());
        return new ProgramFacts(functions, reached, false);
    }
}
