package dev.tailbound.report;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.report.KernelLockstep.Cause;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.kernel.KernelDump;
import dev.tailbound.run.kernel.KernelProgram;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// Recorded machine code of real kernels runs under emulation, and a wrong instruction in it is named.
@Tag("emulator")
class KernelLockstepTest {
    private static final String KERNEL = "kernel:ARCH:IMAGE";
    private static final Path CASES = Path.of("../corpus/tail-calls");
    private static final String HIERARCHY = "hierarchy1-limit100-var.case";

    /// A recorded dump of a case's programs.
    record Recorded(String arch, String file, long callBase, List<KernelProgram> programs, Map<Long, String> symbols) {
        KernelDump dump() {
            return new KernelDump(programs, verified().source().maps().stream().map(map -> map.name()).toList(), callBase,
                    places -> {
                        var names = new HashMap<>(symbols);
                        names.keySet().retainAll(places);
                        return names;
                    });
        }

        VerifiedCase verified() {
            return ((Verdict.Accepted) Verifier.verify(CaseReader.read(CASES.resolve(file)))).verified();
        }

        Cause cause() {
            return KernelLockstep.of(dump(), KERNEL, EngineSpec.parse(arch + ":v7.2").emulated(), TailCallRule.V6_12, verified());
        }

        /// With other machine code.
        Recorded patched(UnaryOperator<String> change) {
            return new Recorded(arch, file, callBase, programs.stream().map(program -> new KernelProgram(program.name(),
                    program.xlated(), program.maps(), program.functions().stream().map(function -> new KernelProgram.Function(
                            function.address(), Bytes.ofHex(change.apply(Hex.of(function.code()))))).toList()))
                    .toList(), symbols);
        }

        @Override
        public String toString() {
            return arch + " " + file;
        }
    }

    private static final class Hex {
        private Hex() {}

        static String of(Bytes bytes) {
            return java.util.HexFormat.of().formatHex(bytes.toArray());
        }
    }

    static List<Recorded> recorded() {
        try (var in = KernelLockstepTest.class.getResourceAsStream("kernel-dumps.txt")) {
            var all = new ArrayList<Recorded>();
            var functions = new ArrayList<KernelProgram.Function>();
            var maps = new HashMap<Integer, Integer>();
            for (var line : new String(in.readAllBytes(), UTF_8).lines().filter(text -> !text.startsWith("#")).toList()) {
                var words = line.split(" ", -1);
                switch (words[0]) {
                    case "dump" ->
                        all.add(new Recorded(words[1], words[3], address(words[4]), new ArrayList<>(), new HashMap<>()));
                    case "program" -> all.getLast().programs().add(
                            new KernelProgram(words[1], Bytes.ofHex(words[2]), Map.of(), List.of()));
                    case "map" -> change(all.getLast(), program -> {
                        maps.clear();
                        maps.putAll(program.maps());
                        maps.put(Integer.valueOf(words[1]), Integer.valueOf(words[2]));
                        return new KernelProgram(program.name(), program.xlated(), maps, program.functions());
                    });
                    case "function" -> change(all.getLast(), program -> {
                        functions.clear();
                        functions.addAll(program.functions());
                        functions.add(new KernelProgram.Function(address(words[1]), Bytes.ofHex(words[2])));
                        return new KernelProgram(program.name(), program.xlated(), program.maps(), functions);
                    });
                    case "symbol" -> all.getLast().symbols().put(address(words[1]), words[2]);
                    default -> throw new AssertionError(line);
                }
            }
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void change(Recorded recorded, UnaryOperator<KernelProgram> change) {
        recorded.programs().add(change.apply(recorded.programs().removeLast()));
    }

    private static long address(String hex) {
        return Long.parseUnsignedLong(hex.substring(2), 16);
    }

    private static Recorded recorded(String arch, String file) {
        return recorded().stream().filter(one -> one.arch().equals(arch) && one.file().equals(file)).findFirst().orElseThrow();
    }

    @ParameterizedTest
    @MethodSource("recorded")
    void the_code_of_kernels_agrees_with_the_oracle(Recorded recorded) {
        assertThat(recorded.cause()).isInstanceOf(Cause.RightCode.class);
    }

    @ParameterizedTest
    @CsvSource({
        "x86-64, 4883c001, 4883c002", // add rax, 1
        "arm64,  08050091, 08090091", // add x8, x8, #1
    })
    void a_wrong_instruction_is_named(String arch, String right, String wrong) {
        assertThat(recorded(arch, HIERARCHY).patched(code -> code.replace(right, wrong)).cause())
                .isInstanceOfSatisfying(Cause.WrongCode.class, cause -> {
                    var divergence = cause.divergence();
                    var source = recorded(arch, HIERARCHY).verified().source();
                    assertThat(divergence.engine()).isEqualTo(KERNEL);
                    assertThat(source.whole(divergence.where().program()).text(divergence.where().insn(), List.of("c", "j")))
                            .isEqualTo("r0 += 1");
                    assertThat(Hex.of(divergence.code().bytes())).isEqualTo(wrong);
                });
    }

    /// `inc rax; nop` for `add rax, 1`.
    @Test
    void other_code_with_the_same_effect_is_right() {
        assertThat(recorded("x86-64", HIERARCHY).patched(code -> code.replace("4883c001", "48ffc090")).cause())
                .isInstanceOf(Cause.RightCode.class);
    }

    @Test
    void a_program_that_the_verifier_rewrote_differently_is_named() {
        var recorded = recorded("x86-64", HIERARCHY);
        var programs = recorded.programs().stream().map(program -> new KernelProgram(program.name(),
                Bytes.ofHex(Hex.of(program.xlated()).replace("0700000001000000", "0700000002000000")), program.maps(),
                program.functions())).toList();
        assertThat(new Recorded("x86-64", HIERARCHY, recorded.callBase(), programs, recorded.symbols()).cause())
                .isInstanceOfSatisfying(Cause.Rewritten.class, cause -> {
                    assertThat(cause.program()).isEqualTo("entry");
                    assertThat(cause.line()).endsWith("r0 += 2");
                });
    }

    @Test
    void code_that_refers_to_an_unknown_function_of_the_kernel_is_not_supported() {
        var recorded = recorded("x86-64", HIERARCHY);
        assertThat(new Recorded("x86-64", HIERARCHY, recorded.callBase(), recorded.programs(), Map.of()).cause())
                .isInstanceOfSatisfying(Cause.NotSupported.class, cause -> assertThat(cause.reason())
                        .contains("expected an address that the backend emits there, too", "jmp 0xffffffff82253f20"));
    }
}
