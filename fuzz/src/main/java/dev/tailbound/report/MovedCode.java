package dev.tailbound.report;

import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.Poke;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.report.Alignment.Pair;
import dev.tailbound.run.kernel.KernelProgram;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/// A function's machine code from a real kernel, moved to the address for which our backend has compiled the same function.
///
/// The instructions of both are aligned. From ours come the addresses, which the kernel has of its own, and where the code of each BPF instruction
/// begins. All other bytes are the kernel's.
final class MovedCode {
    private static final int REL32 = Integer.BYTES;
    private static final int IMM26 = (1 << 26) - 1;

    private final Lowered lowered;
    private final MachineCode ours;
    private final long base;
    private final Thunks thunks;
    private final Disassembler.Target target;
    private final List<CodeLine> kernelLines;
    private final List<CodeLine> ourLines;
    private final Alignment alignment;
    private final byte[] code;

    private MovedCode(Lowered lowered, MachineCode ours, long base, KernelProgram.Function kernel, Disassembler.Target target,
            Thunks thunks) {
        this.base = base;
        this.thunks = thunks;
        this.lowered = lowered;
        this.ours = ours;
        this.target = target;
        code = kernel.code().toArray();
        try (var disassembler = new Disassembler(target)) {
            kernelLines = CodeLine.of(code, kernel.address(), disassembler);
            ourLines = CodeLine.of(ours.bytes(), base, disassembler);
        }
        alignment = Alignment.of(kernelLines.size(), ourLines.size(), this::same);
    }

    /// Stand-ins for functions of the kernel that its code jumps to.
    interface Thunks {
        OptionalLong address(long place);
    }

    /// The kernel's code for `base`. Throws [BadInput] if it contains an address that ours has nowhere.
    static MachineCode of(Lowered lowered, MachineCode ours, long base, KernelProgram.Function kernel, Disassembler.Target target,
            Thunks thunks) {
        return new MovedCode(lowered, ours, base, kernel, target, thunks).moved();
    }

    private MachineCode moved() {
        alignment.pairs().forEach(this::relocate);
        var offsets = Arrays.stream(ours.offsets()).map(this::offset).toArray();
        var pokes = ours.pokes().stream().map(poke -> new Poke(poke.slot(), poke.protocol(), offset(poke.target()),
                offset(poke.bypass()), offset(poke.after()))).toList();
        return new MachineCode(code, ours.start(), offsets, pokes);
    }

    /// Whether they are the same apart from addresses.
    private boolean same(int left, int right) {
        var found = kernelLines.get(left);
        var expected = ourLines.get(right);
        int insn = ours.insnAt(expected.offset());
        boolean hasAddress = ComparedCode.hasAddress(lowered.program().insn(insn))
                || ComparedXlated.isPerCpuAddress(lowered.program(), insn);
        return found.text().equals(expected.text()) || (found.shape().equals(expected.shape()) && !expected.isPlaced())
                || (hasAddress && found.target() < 0 && found.resembles(expected));
    }

    private void relocate(Pair pair) {
        if (pair.left() == Alignment.NONE) {
            return;
        }
        var found = kernelLines.get(pair.left());
        if (!pair.isCommon()) {
            found.places().forEach(place -> redirect(found, place));
            return;
        }
        var expected = ourLines.get(pair.right());
        if (found.text().equals(expected.text()) || found.target() >= 0) {
            return;
        }
        if (found.size() != expected.size()) {
            throw new BadInput("machine code at 0x%x".formatted(found.offset()),
                    "expected %d bytes for '%s', found %d".formatted(expected.size(), expected.text(), found.size()));
        }
        System.arraycopy(ours.bytes(), expected.offset(), code, found.offset(), found.size());
        if (found.isRelative()) {
            adjust(found, expected.offset() - found.offset());
        }
    }

    /// Makes an instruction that only the kernel's code has refer to a stand-in for the kernel's function at this place.
    private void redirect(CodeLine line, long place) {
        long standIn = thunks.address(place).orElseThrow(() -> new BadInput("machine code at 0x%x".formatted(line.offset()),
                "expected an address that the backend emits there, too, found 0x%x in '%s'".formatted(place, line.text())));
        int end = line.offset() + line.size();
        ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN).putInt(end - REL32, Math.toIntExact(standIn - (base + end)));
    }

    /// Makes an instruction with a relative address, moved by `distance` bytes towards lower addresses, refer to the same place.
    private void adjust(CodeLine line, int distance) {
        var bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        int end = line.offset() + line.size();
        switch (target) {
            case X86_64 -> bytes.putInt(end - REL32, bytes.getInt(end - REL32) + distance);
            case ARM64 -> {
                int word = bytes.getInt(line.offset());
                bytes.putInt(line.offset(), (word & ~IMM26) | (word + distance / Integer.BYTES & IMM26));
            }
        }
    }

    /// The place in the kernel's code of a place in ours: lines that only one of them has replace each other.
    private int offset(int ours) {
        var pairs = alignment.pairs();
        int at = 0;
        while (at < pairs.size()
                && !(pairs.get(at).right() != Alignment.NONE && ourLines.get(pairs.get(at).right()).offset() >= ours)) {
            at++;
        }
        if (at < pairs.size() && !pairs.get(at).isCommon()) {
            // The first line of ours that differs: the kernel's code for it may be aligned before it.
            while (at > 0 && pairs.get(at - 1).right() == Alignment.NONE) {
                at--;
            }
        }
        while (at < pairs.size() && pairs.get(at).left() == Alignment.NONE) {
            at++;
        }
        return at == pairs.size() ? code.length : kernelLines.get(pairs.get(at).left()).offset();
    }
}
