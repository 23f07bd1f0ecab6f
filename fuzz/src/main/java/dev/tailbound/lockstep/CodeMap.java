package dev.tailbound.lockstep;

import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.jit.Image;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.passes.CmpxchgZeroExtension;
import dev.tailbound.run.Outcome.Where;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/// Maps each BPF instruction to its machine code: the addresses at which a machine can be compared with the oracle.
///
/// All instructions into which a pass rewrote one instruction count as one. On arm64, the exit at the end of a function has the epilogue as its code;
/// other exits jump there.
final class CodeMap {

    /// The code of an instruction: `[from, to)` of the bytes of its function.
    record Stretch(Image.Function function, int from, int to) {
        long address() {
            return function.address() + from;
        }

        byte[] bytes() {
            return Arrays.copyOfRange(function.code().bytes(), from, to);
        }
    }

    private static final long NOWHERE = -1;
    private static final CmpxchgZeroExtension ZERO_EXTENSION = new CmpxchgZeroExtension();

    private final Map<Where, Stretch> stretches = new HashMap<>();
    private final List<Lowered> lowered;
    private final Map<Long, Where> starts = new HashMap<>();

    CodeMap(List<Image> images) {
        lowered = images.stream().map(Image::lowered).toList();
        for (int program = 0; program < images.size(); program++) {
            for (var function : images.get(program).functions()) {
                add(program, images.get(program), function);
            }
        }
    }

    private void add(int program, Image image, Image.Function function) {
        var code = function.code();
        var lowered = image.lowered();
        int before = firstInsn(lowered, code.start()) - 1;
        int end = code.offsets().length - 1;
        var whole = lowered.whole();
        for (int from = 0, to; from < end; from = to) {
            int origin = lowered.origin()[code.start() + from];
            to = from + 1;
            while (to < end && lowered.origin()[code.start() + to] == origin) {
                to++;
            }
            boolean hasEpilogue = to == end && lowered.program().insn(code.start() + from) instanceof Insn.Exit;
            var stretch = new Stretch(function, code.offsets()[from], hasEpilogue ? code.bytes().length : code.offsets()[to]);
            if (lowered.isWritten(code.start() + from)) {
                // A removed instruction has an empty stretch before the next one.
                for (int removed = before + 1; removed < origin; removed++) {
                    stretches.put(new Where(program, removed), nothingAt(stretch));
                }
                before = Math.max(before, origin);
                // The same for the step into a program without an epilogue, which stores nothing.
                missing(program, whole.entry(), whole.step() + 1, nothingAt(stretch));
            }
            var where = new Where(program, origin);
            stretches.put(where, stretch);
            if (stretch.from() < stretch.to()) {
                starts.put(stretch.address(), where);
            }
        }
        if (code.start() == 0 && !whole.isPlain()) {
            missing(program, whole.step() + 1, whole.insns().size(),
                    new Stretch(function, code.bytes().length, code.bytes().length));
        }
    }

    /// Positions of generated code without instructions.
    private void missing(int program, int from, int to, Stretch nothing) {
        for (int position = from; position < to; position++) {
            stretches.putIfAbsent(new Where(program, position), nothing);
        }
    }

    private static Stretch nothingAt(Stretch stretch) {
        return new Stretch(stretch.function(), stretch.from(), stretch.from());
    }

    /// The original first instruction of the function that starts at `start` in the lowered program.
    private static int firstInsn(Lowered lowered, int start) {
        var functions = lowered.facts().subprograms();
        return start == 0 ? 0 : functions.get(lowered.facts().subprogramOf(lowered.origin()[start])).start();
    }

    /// The instruction whose code starts at the address, or null.
    Where startingAt(long address) {
        return starts.get(address);
    }

    /// Whether the function of the instruction uses R10.
    boolean namesR10(Where where) {
        var code = stretch(where).function().code();
        return lowered.get(where.program()).program().insns().subList(code.start(), code.start() + code.offsets().length - 1)
                .stream().anyMatch(insn -> (insn.registers() & Reg.R10.bit()) != 0);
    }

    /// Whether the instruction is a 32-bit compare-and-exchange after which no instruction reads the upper half of R0: kernels do not clear it then.
    boolean leavesHalfOfR0(Where where) {
        var whole = lowered.get(where.program()).whole();
        return whole.insn(where.insn()) instanceof Insn.Atomic(var op, var size, _, _, _) && op == AtomicOp.CMPXCHG
                && size == Size.W
                && ZERO_EXTENSION.replacement(new Program(whole.program().name(), whole.insns(), new TreeMap<>()), where.insn())
                        .isEmpty();
    }

    /// Offsets from R10 of spills in the original program that a pass removed.
    Set<Integer> unwrittenSlots() {
        var slots = new HashSet<Integer>();
        for (var program : lowered) {
            var written = program.written();
            var spills = new HashSet<Integer>();
            for (int i = 0; i < written.size(); i++) {
                if (isSpill(written.insn(i))) {
                    spills.add(i);
                }
            }
            for (int i = 0; i < program.program().size(); i++) {
                if (isSpill(program.program().insn(i))) {
                    spills.remove(program.origin()[i]);
                }
            }
            spills.forEach(insn -> slots.add(((Insn.Store) written.insn(insn)).off()));
        }
        return slots;
    }

    private static boolean isSpill(Insn insn) {
        return insn instanceof Insn.Store(var size, var base, _, Reg _) && size == Size.DW && base == Reg.R10;
    }

    Stretch stretch(Where where) {
        return stretches.get(where);
    }

    /// The address of the instruction's code, or of the next code if it has none, like a jump to the next instruction. [#NOWHERE] if a wrong pass
    /// removed the rest of its function.
    long address(Where where) {
        var stretch = stretch(where);
        return stretch == null ? NOWHERE : stretch.address();
    }

    boolean isEmpty(Where where) {
        var stretch = stretch(where);
        return stretch != null && stretch.from() == stretch.to();
    }
}
