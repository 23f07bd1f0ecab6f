package dev.tailbound.verify;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.text.AsmParser;
import java.util.List;
import java.util.TreeMap;

/// Cases of one program with the same three maps: `m`, one value of 16 bytes; `t`, four values of 64 bytes; `p`, a program array of three.
final class Programs {
    static final int ONE = 0;
    static final int TABLE = 1;

    private static final List<BpfMap> MAPS = List.of(new BpfMap.Array("m", 16, 1, new TreeMap<>()),
            new BpfMap.Array("t", 64, 4, new TreeMap<>()), new BpfMap.ProgArray("p", 3, new TreeMap<>()));

    private Programs() {}

    static Case entry(String body) {
        return entry(body, Context.Skb.defaults());
    }

    static Case entry(String body, Context context) {
        var program = AsmParser.parse("entry", body, MAPS.stream().map(BpfMap::name).toList());
        return new Case("", MAPS, List.of(program), "entry", context, Environment.DEFAULT, Expectation.NONE);
    }

    static ProgramFacts facts(String body) {
        return switch (Verifier.verify(entry(body))) {
            case Verdict.Accepted accepted -> accepted.verified().facts().getFirst();
            case Verdict.Rejected rejected -> throw new AssertionError(rejected.message());
        };
    }
}
