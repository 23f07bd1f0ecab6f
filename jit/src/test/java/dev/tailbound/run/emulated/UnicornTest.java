package dev.tailbound.run.emulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Behaviour of libunicorn that engines rely on, to detect versions that differ.
@Tag("emulator")
class UnicornTest {
    private static final long BASE = 0xffff_ffff_c000_0000L;
    private static final int OK = 0;
    private static final int INVALID_INSTRUCTION = 10;
    private static final int UNHANDLED_EXCEPTION = 21;

    private final Arena arena = Arena.ofConfined();
    private final GuestRegion code = GuestRegion.allocate("code", BASE, GuestRegion.PAGE, Unicorn.READ | Unicorn.EXECUTE, arena);

    private Unicorn open(Cpu cpu, String hex) {
        var unicorn = new Unicorn(cpu, arena);
        unicorn.map(BASE, code.bytes(), code.protection());
        code.put(BASE, HexFormat.of().parseHex(hex));
        return unicorn;
    }

    @AfterEach
    void close() {
        arena.close();
    }

    // @formatter:off
    @ParameterizedTest
    @CsvSource({
            "X86_64,       c4e2f9f7c0, 0",  // shlx rax, rax, rax
            "X86_64,       f30f1efa,   0",  // endbr64
            "ARM64,        4100e1f8,   0",  // ldaddal x1, x1, [x2]
            "ARM64_NO_LSE, 4100e1f8,   21",
            "ARM64,        3f2303d5,   0",  // paciasp
            "ARM64_NO_LSE, 3f2303d5,   0",
            "ARM64,        9f2403d5,   0",  // bti j
            "ARM64_NO_LSE, 9f2403d5,   0",
    })
    // @formatter:on
    void models_differ_in_their_instructions(Cpu cpu, String hex, int error) {
        try (var unicorn = open(cpu, hex)) {
            if (cpu.isa() == Arm64Host.INSTANCE) {
                var data = GuestRegion.allocate("data", 0x10000, GuestRegion.PAGE, Unicorn.READ | Unicorn.WRITE, arena);
                unicorn.map(data.base(), data.bytes(), data.protection());
                unicorn.write(Arm64Host.x(2), data.base());
            }
            assertThat(unicorn.start(BASE, BASE + hex.length() / 2)).isEqualTo(error);
        }
    }

    @Test
    void rewritten_code_must_be_forgotten() {
        try (var unicorn = open(Cpu.X86_64, "b801000000" + "eb79")) { // mov eax, 1; jmp to 0x80
            assertThat(unicorn.start(BASE, BASE + 0x80)).isEqualTo(OK);
            code.put(BASE + 1, new byte[]{ 2 });
            unicorn.start(BASE, BASE + 0x80);
            assertThat(unicorn.read(X86Host.RAX)).as("still the old translation").isEqualTo(1);
            unicorn.forget(BASE, BASE + 5);
            unicorn.start(BASE, BASE + 0x80);
            assertThat(unicorn.read(X86Host.RAX)).isEqualTo(2);
        }
    }

    @Test
    void code_can_be_patched_while_a_hook_has_stopped_the_run() {
        try (var unicorn = open(Cpu.X86_64, "ffc1" + "b801000000" + "ffc1")) { // inc ecx; mov eax, 1; inc ecx
            var stops = new ArrayList<Long>(List.of(BASE + 2));
            unicorn.onCode(BASE + 2, BASE + 3, address -> {
                if (stops.remove(address)) {
                    unicorn.stop();
                }
            });
            assertThat(unicorn.start(BASE, BASE + 9)).isEqualTo(OK);
            assertThat(unicorn.read(X86Host.RIP)).isEqualTo(BASE + 2);
            code.put(BASE + 3, new byte[]{ 2 });
            unicorn.forget(BASE + 2, BASE + 7);
            assertThat(unicorn.start(BASE + 2, BASE + 9)).isEqualTo(OK);
            assertThat(unicorn.read(X86Host.RAX)).isEqualTo(2);
            assertThat(unicorn.read(X86Host.RCX)).isEqualTo(2);
        }
    }

    @Test
    void a_hook_at_the_end_address_is_not_called() {
        try (var unicorn = open(Cpu.X86_64, "909090")) {
            var reached = new ArrayList<Long>();
            unicorn.onCode(BASE + 2, BASE + 3, reached::add);
            assertThat(unicorn.start(BASE, BASE + 2)).isEqualTo(OK);
            assertThat(unicorn.read(X86Host.RIP)).isEqualTo(BASE + 2);
            assertThat(reached).isEmpty();
        }
    }

    /// `a` is the first argument register. It points `before` bytes before the end of the writable memory.
    // @formatter:off
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "X86_64 | 488b07     | 4    | read of 8 bytes at 0xffff888104001000",  // mov rax, [a]
            "X86_64 | 48893f     | 4    | write of 1 bytes at 0xffff888104001003", // mov [a], a: byte by byte, reported for the last one
            "X86_64 | 48893f     | 0    | write of 8 bytes at 0xffff888104001000",
            "X86_64 | f0480fc137 | 0    | read of 8 bytes at 0xffff888104001000",  // lock xadd [a], rsi
            "ARM64  | 000040f9   | 4    | read of 8 bytes at 0xffff888104001000",  // ldr x0, [a]
            "ARM64  | 000000f9   | 4    | write of 1 bytes at 0xffff888104001003", // str x0, [a]
            "ARM64  | 0300e1f8   | 0    | read of 8 bytes at 0xffff888104001000",  // ldaddal x1, x3, [a]
    })
    // @formatter:on
    void denied_accesses_are_reported(Cpu cpu, String hex, int before, String access) {
        try (var unicorn = open(cpu, hex)) {
            var data = GuestRegion.allocate("data", 0xffff_8881_0400_0000L, GuestRegion.PAGE, Unicorn.READ | Unicorn.WRITE,
                    arena);
            unicorn.map(data.base(), data.bytes(), data.protection());
            var denied = new ArrayList<String>();
            unicorn.onDenied((type, address, size) -> denied.add(Unicorn.describeDenied(type, address, size)));
            unicorn.write(cpu.isa().calls().arguments().getFirst(), data.end() - before);
            assertThat(unicorn.start(BASE, BASE + hex.length() / 2)).isNotEqualTo(OK);
            assertThat(denied).last().isEqualTo(access);
        }
    }

    @Test
    void a_hook_can_write_registers_and_stop_before_the_instruction() {
        try (var unicorn = open(Cpu.X86_64, "9090ffc0ffc0")) { // nop; nop; inc eax; inc eax
            unicorn.onCode(BASE + 2, BASE + 3, _ -> unicorn.write(X86Host.RAX, 40));
            unicorn.onCode(BASE + 4, BASE + 5, _ -> unicorn.stop());
            assertThat(unicorn.start(BASE, BASE + 6)).isEqualTo(OK);
            assertThat(unicorn.read(X86Host.RAX)).isEqualTo(41);
            assertThat(unicorn.read(X86Host.RIP)).isEqualTo(BASE + 4);
        }
    }

    @Test
    void watched_instructions_can_change_between_runs() {
        try (var unicorn = open(Cpu.X86_64, "90909090")) {
            var reached = new ArrayList<Long>();
            var watch = unicorn.watch(address -> reached.add(address - BASE));
            for (var places : List.of(Set.<Long>of(), Set.of(1L), Set.of(2L, 3L), Set.of(2L), Set.<Long>of())) {
                reached.clear();
                watch.at(places.stream().map(place -> BASE + place).collect(Collectors.toSet()));
                unicorn.start(BASE, BASE + 4);
                assertThat(reached).containsExactlyInAnyOrderElementsOf(places);
            }
        }
    }

    @Test
    void a_renewed_emulator_has_the_same_memory_and_hooks() {
        try (var unicorn = open(Cpu.X86_64, "ffc0ffc0")) { // inc eax; inc eax
            var reached = new ArrayList<Long>();
            unicorn.onCode(BASE + 2, BASE + 3, address -> reached.add(address - BASE));
            unicorn.watch(address -> reached.add(address - BASE)).at(Set.of(BASE));
            for (int i = 0; i < 3; i++) {
                unicorn.start(BASE, BASE + 4);
                assertThat(unicorn.read(X86Host.RAX)).isEqualTo(2);
                unicorn.renew();
            }
            assertThat(reached).as("watched addresses must be set again").containsExactly(0L, 2L, 2L, 2L);
        }
    }

    @Test
    void a_count_stops_before_an_instruction_and_its_hooks() {
        try (var unicorn = open(Cpu.X86_64, "ffc0ffc0ffc0ffc0")) { // inc eax, four times
            var reached = new ArrayList<Long>();
            unicorn.onCode(BASE + 4, BASE + 5, address -> reached.add(address - BASE));
            assertThat(unicorn.start(BASE, BASE + 8, 2)).isEqualTo(OK);
            assertThat(unicorn.read(X86Host.RIP)).isEqualTo(BASE + 4);
            assertThat(reached).isEmpty();
            unicorn.start(BASE + 4, BASE + 8, 1);
            assertThat(unicorn.read(X86Host.RIP)).isEqualTo(BASE + 6);
            unicorn.start(BASE + 6, BASE + 8, 5);
            assertThat(unicorn.read(X86Host.RAX)).isEqualTo(4);
            assertThat(reached).containsExactly(4L);
        }
    }

    @ParameterizedTest
    @CsvSource({ "X86_64, 9090488b00, 2", "ARM64, 1f2003d5000040f9, 4" }) // a load from unmapped memory
    void a_counting_run_knows_the_instruction_of_a_memory_fault(Cpu cpu, String hex, int offset) {
        try (var unicorn = open(cpu, hex)) {
            assertThat(unicorn.start(BASE, BASE + 64, 10)).isNotEqualTo(OK);
            assertThat(unicorn.read(cpu.isa().calls().programCounter())).isEqualTo(BASE + offset);
        }
    }

    @Test
    void exceptions_of_hooks_are_rethrown_by_start() {
        try (var unicorn = open(Cpu.X86_64, "9090")) {
            unicorn.onCode(BASE + 1, BASE + 2, _ -> {
                throw new IllegalStateException("thrown in a hook");
            });
            assertThatThrownBy(() -> unicorn.start(BASE, BASE + 2)).isInstanceOf(IllegalStateException.class)
                    .hasMessage("thrown in a hook");
            assertThat(unicorn.start(BASE, BASE + 1)).as("next run").isEqualTo(OK);
        }
    }

    @Test
    void exceptions_leave_the_program_counter_at_the_instruction() {
        try (var unicorn = open(Cpu.X86_64, "9031c9f7f1")) { // nop; xor ecx, ecx; div ecx
            assertThat(unicorn.start(BASE, BASE + 5)).isEqualTo(UNHANDLED_EXCEPTION);
            assertThat(unicorn.read(X86Host.RIP)).isEqualTo(BASE + 3);
        }
        try (var unicorn = open(Cpu.X86_64, "900f0b")) { // nop; ud2
            assertThat(unicorn.start(BASE, BASE + 3)).isEqualTo(INVALID_INSTRUCTION);
        }
    }

    @Test
    void an_access_across_the_end_of_memory_may_be_partial() {
        try (var unicorn = open(Cpu.X86_64, "48893f")) { // mov [rdi], rdi
            var data = GuestRegion.allocate("data", 0x10000, GuestRegion.PAGE, Unicorn.READ | Unicorn.WRITE, arena);
            unicorn.map(data.base(), data.bytes(), data.protection());
            unicorn.write(X86Host.RDI, data.end() - 4);
            assertThat(unicorn.start(BASE, BASE + 3)).isNotEqualTo(OK);
            assertThat(data.bytes().get(ValueLayout.JAVA_INT_UNALIGNED, GuestRegion.PAGE - 4)).isEqualTo(0x10ffc);
        }
    }

    @Test
    void batches_read_what_batches_wrote() {
        try (var unicorn = open(Cpu.ARM64, "1f2003d5")) {
            var registers = List.of(Arm64Host.x(0), Arm64Host.x(28), Arm64Host.x(29), Arm64Host.x(30), Arm64Host.SP);
            var written = unicorn.batch(registers);
            for (int i = 0; i < written.size(); i++) {
                written.set(i, -16L * (i + 1));
            }
            written.write();
            var read = unicorn.batch(registers);
            read.read();
            for (int i = 0; i < read.size(); i++) {
                assertThat(read.get(i)).as(registers.get(i).name()).isEqualTo(-16L * (i + 1));
            }
        }
    }

    @Test
    void errors_have_the_librarys_text() {
        try (var unicorn = open(Cpu.X86_64, "90")) {
            assertThatThrownBy(() -> unicorn.map(BASE, code.bytes(), code.protection())).isInstanceOf(UnicornException.class)
                    .hasMessageContaining("uc_mem_map_ptr").hasMessageContaining("UC_ERR_MAP");
        }
    }
}
