package dev.tailbound.jit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/// Linking with a backend that emits one byte per instruction and records the addresses it receives.
class LinkerTest {
    private static final long CODE = 0xffff_ffff_c000_0000L;
    private static final Lowered TWO_FUNCTIONS = new Lowered(
            new Program("main", List.of(new Insn.Call(2), new Insn.Exit(), new Insn.Exit())), new int[]{ 0, 7, 8 },
            List.of(new Subprogram("main", 0, 2, 0, false, false), new Subprogram("sub", 2, 3, 0, false, false)));

    private final ByteBackend backend = new ByteBackend();
    private final Linker linker = new Linker(new Lowering(List.of()), backend);

    @Test
    void functions_are_compiled_for_their_addresses() {
        var image = linker.link(TWO_FUNCTIONS, new FakeGuest());
        assertThat(image.entry()).isEqualTo(CODE);
        assertThat(image.functions()).extracting(Image.Function::address).containsExactly(CODE, CODE + 64);
        assertThat(backend.calls).containsExactly(
                "main at 0x0 with sub at 0x0", "sub at 0x40 with sub at 0x40", "main at 0x0 with sub at 0x40");
    }

    @Test
    void a_pc_maps_to_the_original_instruction() {
        var image = linker.link(TWO_FUNCTIONS, new FakeGuest());
        assertThat(image.insnAt(CODE)).isEqualTo(OptionalInt.of(0));
        assertThat(image.insnAt(CODE + 1)).isEqualTo(OptionalInt.of(7));
        assertThat(image.insnAt(CODE + 2)).isEmpty();
        assertThat(image.insnAt(CODE - 1)).isEmpty();
        assertThat(image.insnAt(CODE + 64)).isEqualTo(OptionalInt.of(8));
    }

    @Test
    void code_whose_size_depends_on_an_address_is_rejected() {
        backend.growsWithSubAt = CODE + 64;
        assertThatThrownBy(() -> linker.link(TWO_FUNCTIONS, new FakeGuest())).isInstanceOf(IllegalStateException.class)
                .hasMessage("bytes: main of main has 3 bytes at 0xffffffffc0000000, expected 2 as measured before");
    }

    private static final class ByteBackend implements Backend {
        private final List<String> calls = new ArrayList<>();
        private long growsWithSubAt;

        @Override
        public String name() {
            return "bytes";
        }

        @Override
        public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
            var function = lowered.subprograms().get(subprogram);
            calls.add("%s at 0x%x with sub at 0x%x".formatted(function.name(), base - CODE, linkage.functionAddress(1) - CODE));
            int insns = function.end() - function.start();
            var offsets = new int[insns + 1];
            for (int i = 0; i <= insns; i++) {
                offsets[i] = i;
            }
            boolean grows = subprogram == 0 && linkage.functionAddress(1) == growsWithSubAt;
            return new MachineCode(new byte[grows ? insns + 1 : insns], function.start(), offsets);
        }

        @Override
        public String register(Reg reg) {
            throw new UnsupportedOperationException("this code keeps nothing in registers");
        }

        @Override
        public boolean restoresBeforeTailCalls() {
            return false;
        }

        @Override
        public int tailCallOffset() {
            return 0;
        }
    }

    private static final class FakeGuest implements LinkTarget {
        private long next = CODE;

        @Override
        public long mapAddress(int map) {
            throw new AssertionError("map " + map);
        }

        @Override
        public long valueAddress(int map) {
            throw new AssertionError("value of map " + map);
        }

        @Override
        public long helperAddress(int id) {
            throw new AssertionError("helper " + id);
        }

        @Override
        public void placeCode(long address, byte[] code) {
            throw new AssertionError("code at " + address);
        }

        @Override
        public long programEnter() {
            throw new AssertionError("enter");
        }

        @Override
        public long programExit() {
            throw new AssertionError("exit");
        }

        @Override
        public long placeRoutine(byte[] code) {
            throw new AssertionError("routine");
        }

        @Override
        public ObjectLayout layout() {
            return ObjectLayout.V6_12;
        }

        @Override
        public long nextCode() {
            return next;
        }

        @Override
        public void allocateCode(int size) {
            next += size + 63 & -64;
        }
    }
}
