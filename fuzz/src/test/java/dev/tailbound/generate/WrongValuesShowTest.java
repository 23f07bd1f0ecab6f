package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.interp.Interpreter;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A bit flipped in a callee-saved register after a call, as by an engine that does not preserve it, changes the outcome.
class WrongValuesShowTest {
    private static final int CASES = 300;

    private record Place(int program, int insn) {}

    private final Set<Place> executed = new HashSet<>();
    private final Interpreter oracle = new Interpreter(TailCallRule.V6_12, 100_000,
            (program, insn, _) -> executed.add(new Place(program, insn)));

    /// Only rows, without prologues, epilogues and attached programs, which see only results.
    private static final CaseGenerator GENERATOR = new CaseGenerator(
            GeneratorOptions.DEFAULT.withProEpilogues(0).withAttachments(0));

    @Test
    void a_register_damaged_by_a_call_changes_the_outcome() {
        int shown = 0;
        int hidden = 0;
        for (int i = 0; i < CASES; i++) {
            var source = GENERATOR.generate(Choices.seeded(1, i));
            executed.clear();
            var right = oracle.outcome(((Verdict.Accepted) Verifier.verify(source)).verified());
            for (var place : behindCalls(source)) {
                for (var reg : List.of(Reg.R6, Reg.R7, Reg.R8, Reg.R9)) {
                    // The verifier refuses if the register contains no number.
                    if (Verifier.verify(damaged(source, place, reg)) instanceof Verdict.Accepted(var wrong)) {
                        if (oracle.outcome(wrong).equals(right)) {
                            hidden++;
                        } else {
                            shown++;
                        }
                    }
                }
            }
        }
        System.out.printf("damaged callee-saved registers: %d shown, %d hidden%n", shown, hidden);
        assertThat(shown).isGreaterThan(500);
        assertThat(hidden).as("beside %d that show", shown).isLessThan(shown / 50);
    }

    /// The executed instructions that follow a call of any kind.
    private List<Place> behindCalls(Case source) {
        var places = new ArrayList<Place>();
        for (var place : executed) {
            if (place.insn() > 0) {
                var before = source.programs().get(place.program()).insn(place.insn() - 1);
                if (before instanceof Insn.Call || before instanceof Insn.CallHelper) {
                    places.add(place);
                }
            }
        }
        return places;
    }

    private static Case damaged(Case source, Place place, Reg reg) {
        var programs = new ArrayList<>(source.programs());
        var program = programs.get(place.program());
        var insns = new ArrayList<Insn>(program.size() + 1);
        for (int i = 0; i < program.size(); i++) {
            if (i == place.insn()) {
                insns.add(new Insn.Alu(Width.W64, AluOp.XOR, reg, new Imm(0x40)));
            }
            insns.add(program.insn(i) instanceof Insn.Branch branch && branch.target() > place.insn()
                    ? branch.retarget(branch.target() + 1)
                    : program.insn(i));
        }
        programs.set(place.program(), new Program(program.name(), insns));
        return source.withPrograms(programs);
    }
}
