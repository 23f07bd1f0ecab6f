package dev.tailbound.run.kernel;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Width;
import dev.tailbound.run.TailCallRule;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// What an architecture's BPF JIT, and the verifier of its kernels, promise from a release on. What they do not promise is neither compared nor
/// generated.
///
/// Each row was measured on real kernels: docs/architectures.md has the commands.
///
/// @param since     the first release of the row; it holds until the next row of the architecture
/// @param tailCalls which attempts of a tail call cost budget
/// @param mixes     a program may have both tail calls and subprograms
/// @param unaligned accesses need no natural alignment
/// @param unmasked  widths at which a register shift uses more bits of its count than the width has, which kernels call undefined
/// @param lacks     instructions that the JIT does not compile: kernels refuse the program, or the interpreter runs it
/// @param subprograms whether programs with subprograms are compiled; otherwise the interpreter runs them
public record JitPromises(KernelArch arch, KernelVersion since, TailCallRule tailCalls, boolean mixes, boolean unaligned,
        Set<Width> unmasked, Set<Lack> lacks, boolean subprograms) {

    /// Instructions that some JITs do not compile, or compile to others.
    @SuppressWarnings("ImmutableEnumChecker") // tests of instructions
    public enum Lack {
        DIVISION_64("64-bit division", insn -> insn instanceof Insn.Alu(var width, var op, _, _) && width == Width.W64
                && op.isDivision()),
        ATOMICS("atomics", Insn.Atomic.class::isInstance),
        ORDERED("load-acquire and store-release", insn -> insn instanceof Insn.LoadAcquire || insn instanceof Insn.StoreRelease),
        /// Compiled as if they were unsigned, so they are compared: a known bug.
        SIGNED("signed division and sign-extending moves", _ -> false);

        private final String phrase;
        private final Predicate<Insn> instructions;

        Lack(String phrase, Predicate<Insn> instructions) {
            this.phrase = phrase;
            this.instructions = instructions;
        }

        /// `64-bit division`
        String phrase() {
            return phrase;
        }

        boolean has(Insn insn) {
            return instructions.test(insn);
        }
    }

    private static final KernelVersion FIRST = KernelVersion.of(0, 0);
    private static final KernelVersion V6_7 = KernelVersion.of(6, 7);
    private static final KernelVersion V6_12 = KernelVersion.of(6, 12);
    private static final KernelVersion V7_0 = KernelVersion.of(7, 0);
    private static final boolean YES = true;
    private static final boolean NO = false;

    // @formatter:off
    private static final List<JitPromises> TABLE = List.of(
            //  architecture                     since   tail calls                  mixes unaligned unmasked shifts     lacks                                                    subprograms compiled
            row(KernelArch.X86_64,   FIRST,  TailCallRule.V6_1,          YES,  YES,      Set.of(),           Set.of(),                                                YES),
            row(KernelArch.X86_64,   V6_12,  TailCallRule.V6_12,         YES,  YES,      Set.of(),           Set.of(),                                                YES),
            row(KernelArch.ARM64,    FIRST,  TailCallRule.V6_1,          YES,  YES,      Set.of(),           Set.of(),                                                YES),
            row(KernelArch.ARM64,    V6_12,  TailCallRule.V6_12,         YES,  YES,      Set.of(),           Set.of(),                                                YES),
            row(KernelArch.RISCV64,  FIRST,  TailCallRule.V6_1,          NO,   NO,       Set.of(),           Set.of(),                                                YES),
            row(KernelArch.PPC64LE,  FIRST,  TailCallRule.V6_12,         NO,   YES,      bothWidths(),       Set.of(),                                                YES),
            row(KernelArch.PPC64LE,  V7_0,   TailCallRule.V6_12,         YES,  YES,      bothWidths(),       Set.of(),                                                YES),
            row(KernelArch.LOONG64,  FIRST,  TailCallRule.V6_12,         YES,  NO,       Set.of(),           Set.of(),                                                YES),
            row(KernelArch.ARM,      FIRST,  TailCallRule.V6_1,          NO,   YES,      bothWidths(),       Set.of(Lack.DIVISION_64, Lack.ATOMICS, Lack.ORDERED),    NO),
            row(KernelArch.ARM,      V6_7,   TailCallRule.V6_1,          NO,   YES,      bothWidths(),       Set.of(Lack.ATOMICS, Lack.ORDERED),                      NO),
            row(KernelArch.MIPS64EL, FIRST,  TailCallRule.ALL_ATTEMPTS,  NO,   NO,       Set.of(),           Set.of(Lack.ORDERED, Lack.SIGNED),                       NO),
            row(KernelArch.I386,     FIRST,  TailCallRule.V6_1,          NO,   YES,      Set.of(Width.W64),  Set.of(Lack.DIVISION_64, Lack.ATOMICS, Lack.ORDERED),    NO));
    // @formatter:on

    private static JitPromises row(KernelArch arch, KernelVersion since, TailCallRule tailCalls, boolean mixes, boolean unaligned,
            Set<Width> unmasked, Set<Lack> lacks, boolean subprograms) {
        return new JitPromises(arch, since, tailCalls, mixes, unaligned, unmasked, lacks, subprograms);
    }

    private static Set<Width> bothWidths() {
        return Set.copyOf(Arrays.asList(Width.values()));
    }

    public JitPromises {
        unmasked = Set.copyOf(unmasked);
        lacks = Set.copyOf(lacks);
    }

    /// The row of a kernel.
    static JitPromises of(KernelArch arch, KernelVersion version) {
        return TABLE.stream().filter(row -> row.arch == arch && !version.isBefore(row.since))
                .max(Comparator.comparing(JitPromises::since)).orElseThrow();
    }

    /// Whether the JIT compiles these instructions.
    public boolean compiles(Lack instructions) {
        return !lacks.contains(instructions);
    }

    /// Whether the table foresees that a kernel refuses a program for this reason.
    boolean foresees(String refusal) {
        return !unaligned && refusal.lines().findFirst().orElse("").contains(": misaligned ");
    }
}
