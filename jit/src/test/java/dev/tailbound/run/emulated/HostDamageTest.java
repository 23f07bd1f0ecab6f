package dev.tailbound.run.emulated;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Inapplicable;
import dev.tailbound.run.Outcome.Refused;
import dev.tailbound.run.Outcome.Returned;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Trapped;
import java.util.HexFormat;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/// Damage to the host by wrong machine code is detected: each row is code that a broken backend might emit.
@Tag("emulator")
class HostDamageTest {

    /// Backends for which only the code matters.
    private interface CodeOnly extends Backend {
        @Override
        default String register(Reg reg) {
            throw new UnsupportedOperationException("this code keeps nothing in registers");
        }

        @Override
        default boolean restoresBeforeTailCalls() {
            return false;
        }

        @Override
        default int tailCallOffset() {
            return 16;
        }
    }

    /// "Compiles" every function to the same bytes.
    private record Fixed(String hex) implements CodeOnly {
        @Override
        public String name() {
            return "fixed";
        }

        @Override
        public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
            var bytes = HexFormat.of().parseHex(hex);
            return new MachineCode(bytes, 0, new int[]{ 0, bytes.length });
        }
    }

    private static Outcome run(Hosts host, Backend backend) {
        try (var engine = new EmulatedEngine(backend, host.options())) {
            return engine.outcome(new TestCase().program("main", "r0 = 0; exit").build());
        }
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "X86_64 | c3                   |                                   | ret",
            "X86_64 | bb01000000c3         | rbx expected 0x                   | mov ebx, 1",
            "X86_64 | 4531ffc3             | r15 expected 0x                   | xor r15d, r15d",
            "X86_64 | c20800               | rsp expected 0x                   | ret 8",
            "X86_64 | 48c744241001000000c3 | stack at caller's sp+0x8 expected | mov qword ptr [rsp + 0x10], 1",
            "X86_64 | c6870001000001c3     | byte 0 after the context         | mov byte ptr [rdi + 256], 1",
            "X86_64 | c60701c3             | byte 0 of the sk_buff expected    | mov byte ptr [rdi], 1",
            "ARM64  | c0035fd6             |                                   | ret",
            "ARM64  | 330080d2c0035fd6     | x19 expected 0x                   | mov x19, #1",
            "ARM64  | 320080d2c0035fd6     | x18 expected 0x                   | mov x18, #1",
            "ARM64  | ff430091c0035fd6     | sp expected 0x                    | add sp, sp, #16",
            "ARM64  | ff0700f9c0035fd6     | stack at caller's sp+0x8 expected | str xzr, [sp, #8]",
            "ARM64  | 00000439c0035fd6     | byte 0 after the context         | strb w0, [x0, #256]",
            "ARM64  | 00000039c0035fd6     | byte 0 of the sk_buff expected    | strb w0, [x0]",
    })
    // @formatter:on
    void damage_is_named(Hosts host, String code, String damage, String meaning) {
        var outcome = run(host, new Fixed(code));
        assertThat(outcome).as(meaning).isInstanceOf(Returned.class);
        var found = ((Returned) outcome).observation().hostDamage();
        if (damage == null) {
            assertThat(found).isEmpty();
        } else {
            assertThat(found).as(meaning).singleElement().asString().startsWith(damage);
        }
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "X86_64 | 31d231c9f7f1 | EXCEPTION | div ecx, by zero",
            "X86_64 | 0f0b         | EXCEPTION | ud2",
            "X86_64 | cc           | EXCEPTION | int3",
            "X86_64 | f4           | EXCEPTION | hlt",
            "X86_64 | 31c0         | EXCEPTION | falls off its end",
            "X86_64 | 31c0ffe0     | MEMORY    | jmp rax, to 0",
            "X86_64 | 31c0488b00   | MEMORY    | mov rax, [rax], at 0",
            "X86_64 | 50ebfd       | MEMORY    | push rax, without end",
            "ARM64  | 00000000     | EXCEPTION | udf",
            "ARM64  | 200020d4     | EXCEPTION | brk",
            "ARM64  | 1f2003d5     | EXCEPTION | falls off its end",
            "ARM64  | 000080d200001fd6 | MEMORY | br x0, to 0",
            "ARM64  | 000080d2000040f9 | MEMORY | ldr x0, [x0], at 0",
    })
    // @formatter:on
    void faults_are_traps(Hosts host, String code, Trap kind, String meaning) {
        assertThat(run(host, new Fixed(code))).as(meaning).isInstanceOfSatisfying(Trapped.class,
                trapped -> assertThat(trapped.kind()).isEqualTo(kind));
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "X86_64 | 9c58fdc3                 | pushfq; pop rax; std; ret",
            "ARM64  | 00423bd51f0000ebc0035fd6 | mrs x0, nzcv; cmp x0, x0; ret",
    })
    // @formatter:on
    void flags_do_not_outlive_a_run(Hosts host, String code, String meaning) {
        var test = new TestCase().program("main", "r0 = 0; exit").build();
        try (var engine = new EmulatedEngine(new Fixed(code), host.options())) {
            assertThat(engine.outcome(test)).as(meaning).isInstanceOf(Returned.class).isEqualTo(engine.outcome(test));
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_backend_that_cannot_compile_refuses(Hosts host) {
        var unable = new CodeOnly() {
            @Override
            public String name() {
                return "unable";
            }

            @Override
            public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
                throw new UnsupportedOperationException("branch too long");
            }
        };
        assertThat(run(host, unable)).isEqualTo(new Refused("branch too long"));
    }

    @ParameterizedTest
    @EnumSource
    void code_too_large_for_a_guest_is_not_the_backends_fault(Hosts host) {
        var verbose = new CodeOnly() {
            @Override
            public String name() {
                return "verbose";
            }

            @Override
            public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
                return new MachineCode(new byte[65 << 20], 0, new int[]{ 0, 65 << 20 });
            }
        };
        assertThat(run(host, verbose)).isInstanceOfSatisfying(Inapplicable.class, outcome -> assertThat(outcome.reason())
                .matches("the case needs 68[0-9]{6} bytes for its code, a guest has at most 67108864"));
    }
}
