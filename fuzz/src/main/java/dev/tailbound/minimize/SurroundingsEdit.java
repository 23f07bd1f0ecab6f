package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Surroundings;
import dev.tailbound.isa.Insn;
import java.util.ArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Less of the kernel around a case.
final class SurroundingsEdit {
    private SurroundingsEdit() {}

    /// The case without one of its modules, for each that nothing calls; the others keep their offsets.
    static Stream<Case> withoutModules(Case source) {
        var modules = source.surroundings().modules();
        return IntStream.range(0, modules.size()).filter(i -> !isCalled(source, modules.get(i).off())).mapToObj(i -> {
            var rest = new ArrayList<>(modules);
            rest.remove(i);
            return source.withSurroundings(new Surroundings(rest));
        });
    }

    private static boolean isCalled(Case source, int off) {
        return source.wholes().stream().flatMap(whole -> whole.insns().stream()).anyMatch(
                insn -> insn instanceof Insn.CallKfunc call && call.off() == off);
    }
}
