package dev.tailbound.generate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.generate.FunctionPlan.Function;
import dev.tailbound.generate.FunctionPlan.Parameter;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// The code of single rows for given choices: in a main function that may use r6 and r7, with an observed number in r6 and a fresh one in r7.
class RowsTest {
    private static final List<String> MAPS = List.of("data", "accumulator", "pace", "jumps");

    private static CaseSetup world(boolean counted) {
        return new CaseSetup(List.of(new CaseSetup.Array(0, 64, 1)), List.of(), 1, 2,
                List.of(new CaseSetup.JumpTable(3, 4, List.of(2), 0)), List.of(0), List.of(Kfunc.values()),
                counted ? TailCallTermination.COUNTED : TailCallTermination.FREE, ProgramRole.CLASSIFIER);
    }

    private static FunctionBuilder function(Choices choices, boolean counted) {
        var world = world(counted);
        var plan = new FunctionPlan(0, 0, List.of(Parameter.CONTEXT), Reg.R6.bit() | Reg.R7.bit(), 8, false, List.of(), 0, 300,
                world.jumps(), true);
        var f = new FunctionBuilder(choices, new Menu(GeneratorOptions.DEFAULT), world, plan, List.<Function>of());
        f.state.setPointer(Reg.R1, PointerBounds.CONTEXT);
        f.state.setScalar(Reg.R6);
        f.state.observed(Reg.R6);
        f.state.setScalar(Reg.R7);
        return f;
    }

    /// Compares the row's code for exactly these choices, plus an `exit`, with assembly.
    private static FunctionBuilder check(boolean counted, Consumer<FunctionBuilder> row, ScriptedChoices choices,
            String... lines) {
        var f = function(choices, counted);
        row.accept(f);
        choices.assertUsedUp();
        f.code.add(new Insn.Exit());
        var insns = new ArrayList<Insn>();
        f.code.linkInto(insns, new int[1]);
        assertThat(AsmPrinter.print(new Program("p", insns), MAPS).lines().map(String::strip)).containsExactly(lines);
        return f;
    }

    @Test
    void folding_multiplies_between_values_so_that_their_order_counts() {
        check(false, f -> {
            f.state.setScalar(Reg.R2);
            ResultFold.intoR0(f, 0, Reg.R1);
        }, ScriptedChoices.of(0, 0),
                "r0 = r2", "r0 *= 31", "r0 += r6", "r0 *= 31", "r0 += r7", "exit");
    }

    @Test
    void a_fresh_value_is_kept_before_it_loses_bits() {
        // Negation of the second of r6 and r7, in 64 bits; the sink: r6, by addition.
        check(false, f -> {
            f.reserved |= Reg.R6.bit();
            f.sinkInto(Reg.R6);
            AluRows.negate(f);
        }, ScriptedChoices.of(0, 0, 1),
                "r6 += r7", "r7 = -r7", "exit");
    }

    @Test
    void an_observed_value_is_not_kept() {
        check(false, AluRows::negate, ScriptedChoices.of(0, 1), "r6 = -r6", "exit");
    }

    @Test
    void a_tail_call_first_makes_the_values_of_its_frame_observable() {
        // The only array; a constant index, its only filled one, by a 64-bit move; factor 31, added; cell 0, its address in r2.
        var f = check(false, TailCallRows::tailCall, ScriptedChoices.of(0, 0, 0, 2, 0, 0, 0, 1), "r3 = 2", "r0 = r6", "r0 *= 31",
                "r0 += r7", "r2 = map[accumulator][0] ll", "lock *(u64 *)(r2 + 0) += r0", "r2 = map[jumps] ll",
                "call bpf_tail_call", "exit");
        assertThat(f.state.scalars).as("what survives").isEqualTo(Reg.R6.bit() | Reg.R7.bit());
        assertThat(f.state.fresh).as("what the call may have damaged").isEqualTo(f.state.scalars);
        assertThat(f.hasContext()).isFalse();
    }

    @Test
    void a_counted_tail_call_is_skipped_when_the_countdown_is_0() {
        // As above, after the countdown: its address in the first idle register, its value in the next; below 1 is the end; 32 bits.
        check(true, TailCallRows::tailCall, ScriptedChoices.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 1),
                "r0 = map[pace][0] ll", "r2 = *(u32 *)(r0 + 0)", "if w2 s< 1 goto l13", "w2 += -1", "*(u32 *)(r0 + 0) = w2",
                "r3 = 2", "r0 = r6", "r0 *= 31", "r0 += r7", "r2 = map[accumulator][0] ll", "lock *(u64 *)(r2 + 0) += r0",
                "r2 = map[jumps] ll", "call bpf_tail_call", "l13:", "exit");
    }
}
