package dev.tailbound.jit;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Exit;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/// A program as machine code at its final addresses.
///
/// @param functions the program's functions, in the order of [Lowered#subprograms()]; runs and tail calls enter the first
/// @param around    trampolines of functions with attached tracing programs
public record Image(Lowered lowered, List<Function> functions, List<Around> around) {

    /// One function; `address` is its `bpf_func`.
    public record Function(long address, MachineCode code) {

        /// The same with bytes from `offset` on replaced.
        Function patched(int offset, byte[] patch) {
            var bytes = code.bytes().clone();
            System.arraycopy(patch, 0, bytes, offset, patch.length);
            return new Function(address, new MachineCode(bytes, code.start(), code.offsets(), code.pokes()));
        }

        public boolean contains(long pc) {
            return Long.compareUnsigned(pc - address, code.bytes().length) < 0;
        }
    }

    /// A trampoline at its address.
    ///
    /// @param function index of the function whose entry calls it
    @SuppressWarnings("ArrayRecordComponent") // one per attached function: shown, never compared
    public record Around(int function, Trampoline plan, long address, byte[] code) {}

    public Image {
        functions = List.copyOf(functions);
        around = List.copyOf(around);
    }

    /// A program without trampolines.
    public Image(Lowered lowered, List<Function> functions) {
        this(lowered, functions, List.of());
    }

    public long entry() {
        return functions.getFirst().address();
    }

    /// Start address of the code of an instruction of the original program. A run reaches it exactly when it is about to execute the instruction.
    ///
    /// Empty if the instruction has no separate code, and for exits, which may share an epilogue.
    public OptionalLong addressOf(int insn) {
        if (lowered.written().insn(insn) instanceof Exit) {
            return OptionalLong.empty();
        }
        for (var function : functions) {
            var offsets = function.code().offsets();
            for (int i = 0; i + 1 < offsets.length; i++) {
                if (lowered.origin()[function.code().start() + i] == insn && offsets[i] < offsets[i + 1]) {
                    return OptionalLong.of(function.address() + offsets[i]);
                }
            }
        }
        return OptionalLong.empty();
    }

    /// Start addresses of the program's tail calls that have code.
    public LongStream tailCalls() {
        var insns = lowered.written().insns();
        return IntStream.range(0, insns.size()).filter(i -> insns.get(i) instanceof Insn.CallHelper call && call.isTailCall())
                .mapToObj(this::addressOf).flatMapToLong(OptionalLong::stream);
    }

    /// Index in the program's [dev.tailbound.cases.EffectiveProgram] of the instruction whose code contains `pc`; empty outside this program's code.
    public OptionalInt insnAt(long pc) {
        for (var function : functions) {
            if (function.contains(pc)) {
                return OptionalInt.of(lowered.origin()[function.code().insnAt((int) (pc - function.address()))]);
            }
        }
        return OptionalInt.empty();
    }
}
