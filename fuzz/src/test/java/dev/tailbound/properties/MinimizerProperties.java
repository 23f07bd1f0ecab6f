package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.compare.Comparison;
import dev.tailbound.compare.Differential;
import dev.tailbound.compare.Signature;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.x86.AluEmitter;
import dev.tailbound.jit.x86.Assembler;
import dev.tailbound.jit.x86.KernelGeneration;
import dev.tailbound.jit.x86.PointerScheme;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.minimize.GeneratedCases;
import dev.tailbound.minimize.Minimizer;
import dev.tailbound.run.Engine;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

/// Minimizing a finding preserves its signature, and minimizing again changes nothing.
class MinimizerProperties {
    private static final X86Options OPTIONS = X86Options.debian(KernelGeneration.V6_12);

    /// Does not clear the upper half of the result of a 32-bit XOR.
    private static final class WideXor extends X86Backend {
        WideXor() {
            super(OPTIONS, new PointerScheme());
        }

        @Override
        protected AluEmitter arithmetic(Assembler asm) {
            return new AluEmitter(asm, OPTIONS) {
                @Override
                public void alu(Insn.Alu insn) {
                    super.alu(insn.op() == AluOp.XOR ? new Insn.Alu(Width.W64, insn.op(), insn.dst(), insn.src()) : insn);
                }
            };
        }
    }

    private static Differential wideXor;
    private static Differential stackCopy;

    @BeforeContainer
    static void open() {
        wideXor = besideOracle(new EmulatedEngine(new WideXor(), EmulatedEngine.Options.of(Cpu.X86_64)));
        stackCopy = besideOracle(EngineSpec.parse("x86-64:stack-copy").open(TailCallRule.V6_12));
    }

    private static Differential besideOracle(Engine engine) {
        return new Differential(List.of(new Interpreter(), engine), Case::expectation);
    }

    @AfterContainer
    static void close() {
        wideXor.close();
        stackCopy.close();
    }

    private static Optional<Signature> signature(Differential engines, Case source) {
        return Verifier.verify(source) instanceof Verdict.Accepted(var verified)
                && engines.compare(verified).comparison() instanceof Comparison.Diverge(var signature, _)
                        ? Optional.of(signature)
                        : Optional.empty();
    }

    private static Arbitrary<Case> findings(Differential engines) {
        return new GeneratedCases().get().filter(10_000, source -> signature(engines, source).isPresent());
    }

    @Provide
    Arbitrary<Case> wrongResults() {
        return findings(wideXor);
    }

    @Provide
    Arbitrary<Case> wrongCounts() {
        return findings(stackCopy);
    }

    @Property(seed = "11", tries = 6, shrinking = ShrinkingMode.OFF)
    void a_minimized_wrong_result_is_the_same_finding(@ForAll("wrongResults") Case finding) {
        assertMinimizes(wideXor, finding);
    }

    @Property(seed = "12", tries = 6, shrinking = ShrinkingMode.OFF)
    void a_minimized_wrong_count_is_the_same_finding(@ForAll("wrongCounts") Case finding) {
        assertMinimizes(stackCopy, finding);
    }

    private static void assertMinimizes(Differential engines, Case finding) {
        var signature = signature(engines, finding);
        var minimizer = new Minimizer(candidate -> signature(engines, candidate).equals(signature));
        var smallest = minimizer.minimize(finding);
        assertThat(signature(engines, smallest)).isEqualTo(signature);
        assertThat(insns(smallest)).isLessThan(insns(finding) / 2);
        assertThat(minimizer.minimize(smallest)).isEqualTo(smallest);
    }

    private static int insns(Case source) {
        return source.programs().stream().mapToInt(Program::size).sum();
    }
}
