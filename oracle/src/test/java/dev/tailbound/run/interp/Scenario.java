package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.Program;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Outcome;
import dev.tailbound.text.AsmParser;
import dev.tailbound.verify.ProgramFacts;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// A case in a few lines, run without the verifier, which would reject programs that the oracle must trap.
final class Scenario {
    private final List<BpfMap> maps = new ArrayList<>();
    private final Map<String, String> bodies = new LinkedHashMap<>();
    private Context context = Context.Skb.defaults();
    private Environment environment = Environment.DEFAULT;
    private boolean leaksAddresses;
    private boolean readsUnwrittenStack;

    /// A case that enters the program `entry` with this body.
    static Scenario entry(String body) {
        return new Scenario().program("entry", body);
    }

    Scenario program(String name, String body) {
        bodies.put(name, body);
        return this;
    }

    Scenario array(String name, int valueSize, int entries) {
        maps.add(new BpfMap.Array(name, valueSize, entries, new TreeMap<>()));
        return this;
    }

    /// An array with one value.
    Scenario array(String name, String hex) {
        maps.add(new BpfMap.Array(name, hex.length() / 2, 1, new TreeMap<>(Map.of(0, Bytes.ofHex(hex)))));
        return this;
    }

    /// An array with one value, which consists of numbers of `word` bytes.
    Scenario words(String name, String hex, int word) {
        maps.add(new BpfMap.Array(name, hex.length() / 2, 1, new TreeMap<>(Map.of(0, Bytes.ofHex(hex))), word));
        return this;
    }

    Scenario progArray(String name, int entries, Map<Integer, String> slots) {
        maps.add(new BpfMap.ProgArray(name, entries, new TreeMap<>(slots)));
        return this;
    }

    Scenario context(Context context) {
        this.context = context;
        return this;
    }

    Scenario memory(String hex) {
        return context(new Context.Mem(Bytes.ofHex(hex)));
    }

    Scenario environment(Environment environment) {
        this.environment = environment;
        return this;
    }

    Scenario leaksAddresses() {
        leaksAddresses = true;
        return this;
    }

    Scenario readsUnwrittenStack() {
        readsUnwrittenStack = true;
        return this;
    }

    VerifiedCase verified() {
        return verified(ByteOrder.LITTLE_ENDIAN);
    }

    VerifiedCase verified(ByteOrder order) {
        var names = maps.stream().map(BpfMap::name).toList();
        var programs = bodies.entrySet().stream().map(body -> AsmParser.parse(body.getKey(), body.getValue(), names)).toList();
        var source = new Case("", maps, programs, "entry", context, environment, Expectation.NONE);
        return new VerifiedCase(source, programs.stream().map(this::facts).toList(), order);
    }

    private ProgramFacts facts(Program program) {
        var whole = new ProgramFacts.Subprogram(program.name(), 0, program.size(), 512, true, true);
        return new ProgramFacts(List.of(whole), new BitSet(), new TreeMap<>(), List.of(), new TreeMap<>(), Set.of(), new BitSet(),
                new BitSet(), leaksAddresses, readsUnwrittenStack);
    }

    Observation returns() {
        return returns(new Interpreter());
    }

    Observation returns(Interpreter interpreter) {
        return observation(interpreter.outcome(verified()));
    }

    static Observation observation(Outcome outcome) {
        assertThat(outcome).isInstanceOf(Outcome.Returned.class);
        return ((Outcome.Returned) outcome).observation();
    }

    /// Runs the case; returns its trap as `kind at program:insn: detail`.
    String traps() {
        return traps(new Interpreter());
    }

    String traps(Interpreter interpreter) {
        var outcome = interpreter.outcome(verified());
        assertThat(outcome).isInstanceOf(Outcome.Trapped.class);
        var trap = (Outcome.Trapped) outcome;
        return "%s at %d:%d: %s".formatted(trap.kind(), trap.where().program(), trap.where().insn(), trap.detail());
    }
}
