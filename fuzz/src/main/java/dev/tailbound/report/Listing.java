package dev.tailbound.report;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Image;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;

/// The machine code of a function, stretch by stretch, each beside the BPF instruction it was made from.
///
/// Where the kernel's verifier rewrites an instruction before the JIT sees it, a stretch without code shows the original, and those that follow
/// what it became.
///
/// @param program position in the case of the program that the function belongs to
public record Listing(int program, String name, long address, int size, List<Stretch> stretches) {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    public Listing {
        stretches = List.copyOf(stretches);
    }

    /// What a stretch of code comes from.
    public enum Kind {
        PROLOGUE, INSN, REWRITTEN, EPILOGUE,
        /// A trampoline's; the text says what it calls.
        AROUND
    }

    /// The code of one instruction, or the code before the first or after the last.
    ///
    /// @param insn index in the original program; -1 for prologue and epilogue, the machine's and those that kernels generate
    /// @param slot its slot, as kernels and bpftool count
    /// @param bpf  the instruction's text
    /// @param code may be empty
    public record Stretch(Kind kind, int insn, int slot, String bpf, List<Line> code) {
        public Stretch {
            code = List.copyOf(code);
        }

        /// What stands to the left of the code; what an instruction was rewritten to is indented.
        public String head() {
            return switch (kind) {
                case PROLOGUE, EPILOGUE -> "";
                case INSN -> "  %4d: %s".formatted(slot, bpf);
                case REWRITTEN, AROUND -> bpf.isEmpty() ? "" : "          " + bpf;
            };
        }
    }

    /// A machine instruction; `offset` counts from the start of the function.
    public record Line(int offset, String bytes, String text) {}

    /// The functions of a program of the case, as an engine that has machine code compiled it.
    public static List<Listing> of(Case source, EmulatedSpec engine, Image image) {
        try (var disassembler = new Disassembler(engine.target())) {
            var functions = new ArrayList<Listing>();
            for (int i = 0; i < image.functions().size(); i++) {
                functions.add(new Reader(source, image, i, disassembler).read());
            }
            return functions;
        }
    }

    /// Rewritten code may use the hidden register, which assembly text has no name for.
    static String rewritten(Program program, int insn, List<String> maps) {
        return (program.insn(insn).registers() & Reg.AX.bit()) == 0 ? AsmPrinter.print(program, insn, maps)
                : program.insn(insn).toString();
    }

    /// The trampolines of the case's functions, as the engine built them.
    public static List<Listing> around(Case source, EmulatedSpec engine, List<Image> images) {
        try (var disassembler = new Disassembler(engine.target())) {
            var reader = new TrampolineReader(source, images, disassembler);
            return IntStream.range(0, images.size()).boxed().flatMap(program -> images.get(program).around().stream().map(
                    around -> reader.read(program, around))).toList();
        }
    }

    /// The machine instructions in the bytes `[from, to)` of code that lies at `base`.
    static List<Line> lines(Disassembler disassembler, byte[] bytes, int from, int to, long base) {
        var lines = new ArrayList<Line>();
        for (var line : disassembler.disassemble(Arrays.copyOfRange(bytes, from, to), base + from)) {
            int at = (int) (line.address() - base);
            lines.add(new Line(at, HEX.formatHex(bytes, at, at + line.size()), line.commented()));
        }
        return lines;
    }

    private record Reader(Case source, Image image, int index, Disassembler disassembler) {

        Listing read() {
            var lowered = image.lowered();
            var code = function().code();
            int program = source.programIndex(lowered.program().name());
            var original = source.programs().get(program);
            var stretches = new ArrayList<Stretch>();
            stretches.add(new Stretch(Kind.PROLOGUE, -1, -1, "", lines(0, code.offsets()[0])));
            var facts = lowered.facts();
            int last = code.start() == 0 ? -1
                    : facts.subprograms().get(facts.subprogramOf(lowered.origin()[code.start()])).start() - 1;
            for (int i = 0; i + 1 < code.offsets().length; i++) {
                int insn = code.start() + i;
                int origin = lowered.origin()[insn];
                if (!lowered.isWritten(insn)) {
                    stretches.add(new Stretch(Kind.REWRITTEN, -1, -1, rewritten(lowered.program(), insn), lines(code
                            .offsets()[i], code.offsets()[i + 1])));
                    continue;
                }
                for (int removed = last + 1; removed < origin; removed++) {
                    stretches.add(new Stretch(Kind.INSN, removed, original.slotOf(removed), print(original, removed), List.of()));
                }
                int slot = original.slotOf(origin);
                var lines = lines(code.offsets()[i], code.offsets()[i + 1]);
                if (isRewritten(insn)) {
                    if (origin != last) {
                        stretches.add(new Stretch(Kind.INSN, origin, slot, print(original, origin), List.of()));
                    }
                    stretches.add(new Stretch(Kind.REWRITTEN, origin, slot, rewritten(lowered.program(), insn), lines));
                } else {
                    stretches.add(new Stretch(Kind.INSN, origin, slot, print(original, origin), lines));
                }
                last = origin;
            }
            stretches.add(new Stretch(Kind.EPILOGUE, -1, -1, "", lines(code.offsets()[code.offsets().length - 1],
                    code.bytes().length)));
            return new Listing(program, lowered.subprograms().get(index).name(), function().address(), code.bytes().length,
                    stretches);
        }

        private Image.Function function() {
            return image.functions().get(index);
        }

        private List<Line> lines(int from, int to) {
            return Listing.lines(disassembler, function().code().bytes(), from, to, function().address());
        }

        private String print(Program program, int insn) {
            return AsmPrinter.print(program, insn, maps());
        }

        private String rewritten(Program program, int insn) {
            return Listing.rewritten(program, insn, maps());
        }

        private List<String> maps() {
            return source.maps().stream().map(BpfMap::name).toList();
        }

        /// The instruction is the one that was written, but for where it branches to.
        private boolean likeWritten(int insn) {
            var lowered = image.lowered();
            var written = lowered.written().insn(lowered.origin()[insn]);
            return (lowered.program().insn(insn) instanceof Insn.Branch branch && written instanceof Insn.Branch before)
                    ? branch.retarget(0).equals(before.retarget(0))
                    : lowered.program().insn(insn).equals(written);
        }

        private boolean isRewritten(int insn) {
            var origin = image.lowered().origin();
            if (!likeWritten(insn)) {
                return true;
            }
            boolean follows = insn > 0 && origin[insn - 1] == origin[insn];
            boolean goesOn = insn + 1 < origin.length && origin[insn + 1] == origin[insn];
            return follows || goesOn;
        }
    }
}
