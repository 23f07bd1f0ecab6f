package dev.tailbound.minimize;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.cases.KernelEnvironment.Module;
import dev.tailbound.isa.Insn;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Changes of a case's kernel environment.
final class KernelEnvironmentEdit {
    private KernelEnvironmentEdit() {}

    /// One case per unused module, without it; the other modules keep their offsets.
    static Stream<Case> withoutModules(Case source) {
        var modules = source.kernelEnvironment().modules();
        return IntStream.range(0, modules.size()).filter(i -> !isUsed(source, modules.get(i))).mapToObj(i -> {
            var rest = new ArrayList<>(modules);
            rest.remove(i);
            return source.withKernelEnvironment(new KernelEnvironment(rest));
        });
    }

    private static boolean isUsed(Case source, Module module) {
        return source.proEpilogue().stream()
                .anyMatch(generated -> generated.callees().module().equals(Optional.of(module.name())))
                || source.programs().stream().flatMap(program -> program.insns().stream())
                        .anyMatch(insn -> insn instanceof Insn.CallKfunc call && call.off() == module.off());
    }
}
