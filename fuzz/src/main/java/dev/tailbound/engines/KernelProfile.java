package dev.tailbound.engines;

import dev.tailbound.cases.Context.Skb.Field;
import dev.tailbound.engines.EmulatedSpec.Jit;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Architecture;
import dev.tailbound.jit.KernelRelease;
import dev.tailbound.jit.SkBuff.Held;
import dev.tailbound.jit.passes.Profile.CpuId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The settings that a kernel release in an engine's name selects: `x86-64:v6.1`, `arm64:v7.2`.
public record KernelProfile(EmulatedSpec engine) {
    public static final List<KernelProfile> ALL = Stream.of(Architecture.values()).flatMap(architecture -> Stream.of(KernelRelease
            .values()).map(release -> EmulatedSpec.of(architecture, release))).map(KernelProfile::new).toList();

    /// The headings of [#cells()].
    public static final List<String> HEADING = List.of("profile", "scheme", "tail calls land", "array, program", "priority",
            "inlined", "encodings");

    /// Its table row.
    public List<String> cells() {
        var layout = engine.profile().layout();
        return List.of(engine.name(), engine.scheme(), "+" + engine.backend().tailCallOffset(),
                "0x%x 0x%x, 0x%x".formatted(layout.maxEntries(), layout.ptrs(), layout.bpfFunc()),
                engine.profile().skb().fields().get(Field.PRIORITY) instanceof Held.Member(int off, _) ? "0x%x".formatted(off)
                        : "",
                String.join(", ", inlined()), String.join(", ", encodings()));
    }

    /// The inlined helpers, without `bpf_`.
    private List<String> inlined() {
        var helpers = new ArrayList<>(List.of(Helper.MAP_LOOKUP_ELEM));
        if (engine.profile().cpuId() != CpuId.NONE) {
            helpers.add(Helper.GET_SMP_PROCESSOR_ID);
        }
        if (engine.profile().cpuId() == CpuId.JIT || engine.profile().currentTask() != 0) {
            helpers.add(Helper.GET_CURRENT_TASK);
        }
        return helpers.stream().map(helper -> helper.symbol().substring("bpf_".length())).toList();
    }

    private List<String> encodings() {
        return switch (engine.jit()) {
            case Jit.X86(_, var code) -> phrases(
                    phrase(code.landingPads(), "endbr64"),
                    phrase(code.kernel().hasBmi2Shifts(), "shlx, sarx, shrx"),
                    phrase(code.kernel().hasSignExtendedImm64(), "short ld_imm64"),
                    phrase(code.kernel().locksXchg(), "lock xchg"),
                    phrase(code.kernel().countsForHelpers(), "rax for helpers"));
            case Jit.Arm64(_, var code) -> phrases(
                    "r0 in " + code.kernel().register(Reg.R0).name().toLowerCase(Locale.ROOT),
                    phrase(code.kernel().hasNearCalls(), "near calls"),
                    phrase(code.kernel().movesByOrr(), "moves by orr"),
                    phrase(code.kernel().addsAtomicOffsets(), "adds atomic offsets"));
        };
    }

    private static String phrase(boolean holds, String words) {
        return holds ? words : "";
    }

    private static List<String> phrases(String... phrases) {
        return Stream.of(phrases).filter(phrase -> !phrase.isEmpty()).toList();
    }
}
