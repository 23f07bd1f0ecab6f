package dev.tailbound.emulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.cases.CaseReader;
import dev.tailbound.cases.Corpus;
import dev.tailbound.run.emulated.EmulatedProcessor;
import dev.tailbound.run.processor.Effect;
import dev.tailbound.run.processor.HostProcessor;
import dev.tailbound.run.processor.Processor;
import dev.tailbound.run.processor.Trial;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The emulator agrees with this machine's processor on all emitted forms, and the check finds what differs.
@Tag("emulator")
class EmulatorCheckTest {
    private static final int RUNS = 40;

    private static FormSurvey survey;

    @BeforeAll
    static void survey() {
        survey = EmittedForms.survey(Corpus.files(List.of(Path.of("..", "corpus"))).stream().map(CaseReader::read).toList(), 1);
    }

    @AfterAll
    static void close() {
        survey.close();
    }

    private static void requireHost() {
        assumeTrue(HostProcessor.obstacle().isEmpty(), () -> "needs an x86-64 processor: " + HostProcessor.obstacle().get());
    }

    private static Stream<String> differing(Processor emulator, Processor processor) {
        return new EmulatorCheck(emulator, processor, HostProcessor::has).check(survey, 1, RUNS).stream()
                .filter(result -> !result.agrees()).map(EmulatorCheck.Result::form);
    }

    @Test
    void emitted_forms_of_every_kind_are_surveyed() {
        assertThat(survey.unknown()).isEmpty();
        assertThat(survey.forms()).hasSizeGreaterThan(200).containsKeys("add r64, r64", "add r64, gs:m64", "bswap r32",
                "call rel32",
                "cmp r64, imm; jbe", "dec r32", "div r64", "imul r32, r32, imm", "inc m32", "jmp r64", "jne rel8", "lea r64, m",
                "leave", "lock cmpxchg m32, r32", "lock xadd m64, r64", "mov m16, r16", "mov m8, r8", "movabs r64, imm",
                "movsxd r64, m32", "push r64", "ret", "ror r16, imm", "sar r64, r8", "shlx r64, r64, r64", "xchg m64, r64");
    }

    @Test
    void emulator_and_processor_agree_on_all_emitted_forms() {
        requireHost();
        try (var emulator = new EmulatedProcessor(true); var processor = new HostProcessor()) {
            assertThat(new EmulatorCheck(emulator, processor, HostProcessor::has).check(survey, 1, RUNS)).hasSizeGreaterThan(190)
                    .allSatisfy(result -> assertThat(result.first()).as(result.form()).isEmpty());
        }
    }

    @Test
    void without_corrections_known_errors_are_found() {
        requireHost();
        try (var emulator = new EmulatedProcessor(false); var processor = new HostProcessor()) {
            assertThat(differing(emulator, processor)).contains("lock cmpxchg m32, r32", "lock cmpxchg m32, r32; jne")
                    .allMatch(form -> form.startsWith("lock cmpxchg m32, r32") || form.endsWith(" after an ignored REX"));
        }
    }

    /// An emulator whose effects are changed.
    private record Changed(Processor emulator, UnaryOperator<Effect> change) implements Processor {
        @Override
        public List<Effect> run(List<Trial> trials) {
            return emulator.run(trials).stream().map(change).toList();
        }

        @Override
        public void close() {
            emulator.close();
        }
    }

    private static Stream<String> differing(UnaryOperator<Effect> change) {
        try (var emulator = new Changed(new EmulatedProcessor(true), change); var processor = new EmulatedProcessor(true)) {
            return differing(emulator, processor);
        }
    }

    private static UnaryOperator<Effect> changed(UnaryOperator<Effect.Done> change) {
        return effect -> effect instanceof Effect.Done done ? change.apply(done) : effect;
    }

    @Test
    void a_wrong_register_flag_jump_byte_or_exception_is_found_in_every_form() {
        int all = survey.forms().size();
        assertThat(differing(UnaryOperator.identity())).isEmpty();
        assertThat(differing(changed(done -> {
            var registers = done.registers().clone();
            registers[15] ^= 1L << 63;
            return new Effect.Done(registers, done.flags(), done.jumped(), done.window());
        }))).hasSize(all);
        assertThat(differing(changed(done -> new Effect.Done(done.registers(), done.flags(), !done.jumped(), done.window()))))
                .hasSize(all);
        assertThat(differing(changed(done -> {
            var window = done.window().clone();
            window[511] ^= 1;
            return new Effect.Done(done.registers(), done.flags(), done.jumped(), window);
        }))).hasSize(all);
        assertThat(differing(_ -> new Effect.Faulted())).hasSize(all);
    }

    @Test
    void undefined_flags_are_not_compared_and_others_are() {
        int zero = 0x40;
        assertThat(
                differing(changed(done -> new Effect.Done(done.registers(), done.flags() ^ zero, done.jumped(), done.window()))))
                .contains("add r64, r64", "shl r32, imm", "mov r64, r64").doesNotContain("div r32", "idiv r64", "imul r64, r64");
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource({
            "48d3e0,   'shl', 'rax, cl', 0,   8d5", // without a shift, all flags stay
            "48d3e0,   'shl', 'rax, cl', 64,  8d5",
            "48d3e0,   'shl', 'rax, cl', 1,   8c5",
            "48d3e0,   'shl', 'rax, cl', 63,  c5",
            "66d3e0,   'shl', 'ax, cl',  17,  c4",
            "66c1c808, 'ror', 'ax, 8',   0,   d5",
            "4831c0,   'xor', 'rax, rax', 0,  8c5",
            "48f7f1,   'div', 'rcx',     1,   0",
            "480fafc1, 'imul', 'rax, rcx', 1, 801"})
    // @formatter:on
    void defined_flags_are_those_of_the_manual(String code, String mnemonic, String operands, long rcx, String flags) {
        var insn = new MachineInsn(HexFormat.of().parseHex(code), false, mnemonic, MachineOperand.parse(operands).orElseThrow(),
                "",
                Optional.empty());
        var registers = new long[Trial.REGISTERS];
        registers[1] = rcx;
        assertThat(DefinedFlags.after(insn, new Trial(insn.code(), registers, 0, 0, new byte[Trial.WINDOW_BYTES])))
                .isEqualTo(Long.parseLong(flags, 16));
    }

    @Test
    void an_exception_of_the_processor_is_an_effect() {
        requireHost();
        try (var processor = new HostProcessor()) {
            var effects = processor.run(List.of(trial("48ffc0"), trial("0f0b"), trial("48f7f1"), trial("48ffc0")));
            assertThat(effects).hasSize(4).element(1).isEqualTo(new Effect.Faulted());
            assertThat(effects.get(2)).isEqualTo(new Effect.Faulted());
            assertThat(List.of(effects.getFirst(), effects.getLast())).allSatisfy(
                    effect -> assertThat(((Effect.Done) effect).registers()[0]).isEqualTo(8));
        }
    }

    /// `inc rax`, `ud2` and `div rcx` with rax 7 and rcx 0.
    private static Trial trial(String code) {
        var registers = new long[Trial.REGISTERS];
        registers[0] = 7;
        registers[4] = Trial.WINDOW + 256;
        return new Trial(HexFormat.of().parseHex(code), registers, 0, Trial.WINDOW, new byte[Trial.WINDOW_BYTES]);
    }
}
