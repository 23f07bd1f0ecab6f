package dev.tailbound.run.interp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Reg;
import dev.tailbound.run.TailCallRule;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InterpreterTest {

    @Test
    void an_endless_loop_ends() {
        assertThat(Scenario.entry("r0 = 0\nloop: r0 += 1; goto loop").traps(new Interpreter(TailCallRule.V6_12, 1001)))
                .isEqualTo("RUNAWAY at 0:1: the run did not end within 1001 instructions");
    }

    @Test
    void each_run_has_the_whole_fuel() {
        var five = Scenario.entry("r0 = 3\nloop: r0 += -1; if r0 != 0 goto loop; exit");
        var interpreter = new Interpreter(TailCallRule.V6_12, 8);
        assertThat(five.returns(interpreter).r0()).isZero();
        assertThat(five.returns(interpreter).r0()).isZero();
        assertThat(five.traps(new Interpreter(TailCallRule.V6_12, 7))).startsWith("RUNAWAY at 0:3");
    }

    @ParameterizedTest
    @ValueSource(longs = { 0, 1, 0xffff_ffffL, 0x8000_0000_0000_0000L, -1 })
    void the_result_has_64_bits(long value) {
        assertThat(Scenario.entry("r0 = %d ll; exit".formatted(value)).returns().r0()).isEqualTo(value);
    }

    @Test
    void calls_preserve_r6_to_r9_and_r10() {
        var body = """
                r6 = 0x1000; r7 = 0x200; r8 = 0x30; r9 = 4; *(u64 *)(r10 - 8) = 0x50000
                call sub; r0 += r6; r0 += r7; r0 += r8; r0 += r9; r1 = *(u64 *)(r10 - 8); r0 += r1; exit
                sub: r6 = 6; r7 = 7; r8 = 8; r9 = 9; *(u64 *)(r10 - 8) = 8; r0 = 0x600000; exit""";
        assertThat(Scenario.entry(body).returns().r0()).isEqualTo(0x651234);
    }

    @Test
    void eight_frames_nest_each_with_its_own_registers() {
        var body = new StringBuilder("r6 = 1; call s1; r0 += r6; exit\n");
        for (int i = 1; i < 7; i++) {
            body.append("s%d: r6 = %d; call s%d; r0 += r6; exit\n".formatted(i, 1 << i, i + 1));
        }
        assertThat(Scenario.entry(body + "s7: r0 = 128; exit").returns().r0()).isEqualTo(255);
    }

    @Test
    void recursion_without_end_traps() {
        assertThat(Scenario.entry("call sub; exit\nsub: call sub; exit").traps())
                .isEqualTo("MEMORY at 0:2: call nests deeper than 1088 frames");
    }

    @Test
    void maps_start_from_their_initial_contents_in_each_run() {
        var scenario = Scenario.entry("r1 = map[m][0] ll; r0 = *(u32 *)(r1 + 0); r2 = 1; lock *(u32 *)(r1 + 0) += r2; exit")
                .array("m", "05000000");
        var interpreter = new Interpreter();
        for (int run = 0; run < 3; run++) {
            var observation = scenario.returns(interpreter);
            assertThat(observation.r0()).isEqualTo(5);
            assertThat(observation.maps().getFirst().toHex()).isEqualTo("06000000");
        }
    }

    @Test
    void a_trap_leaves_the_interpreter_usable() {
        var interpreter = new Interpreter();
        Scenario.entry("call sub; exit\nsub: exit").traps(interpreter);
        assertThat(Scenario.entry("r0 = 5; exit").returns(interpreter).r0()).isEqualTo(5);
    }

    @Test
    void a_listener_sees_every_instruction_and_the_registers_after_it() {
        var steps = new ArrayList<String>();
        var interpreter = new Interpreter(TailCallRule.V6_12, 100, (program, insn, registers) -> steps.add("%d:%d r0=%s"
                .formatted(program, insn, registers.isDefined(Reg.R0) ? Long.toString(registers.read(Reg.R0)) : "?")));
        Scenario.entry("r0 = 7; call sub; exit\nsub: r2 = map[jmp] ll; r3 = 0; call bpf_tail_call; r0 = 0; exit")
                .progArray("jmp", 1, Map.of(0, "target")).program("target", "r0 = 9; exit").returns(interpreter);
        assertThat(steps).containsExactly("0:0 r0=7", "0:1 r0=?", "0:3 r0=?", "0:4 r0=?", "0:5 r0=?", "1:0 r0=9", "1:1 r0=9",
                "0:2 r0=9");
    }
}
