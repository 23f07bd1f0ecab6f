package dev.tailbound.cli;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.compare.EngineSpec;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Image;
import dev.tailbound.jit.disasm.Disassembler;
import dev.tailbound.text.AsmPrinter;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/// The machine code of a case's programs, each stretch beside the BPF instruction it was made from.
///
/// Where the kernel's verifier rewrites an instruction before the JIT sees it, what it became stands indented below it.
final class Listing {
    private static final HexFormat HEX = HexFormat.ofDelimiter(" ");

    private final Case source;
    private final List<String> maps;
    private final String engine;
    private final Disassembler.Target target;

    Listing(Case source, EngineSpec engine) {
        this.source = source;
        this.maps = source.maps().stream().map(BpfMap::name).toList();
        this.engine = engine.name();
        this.target = engine.base().equals("arm64") ? Disassembler.Target.ARM64 : Disassembler.Target.X86_64;
    }

    void print(PrintWriter out, Image image) {
        try (var disassembler = new Disassembler(target)) {
            for (int i = 0; i < image.functions().size(); i++) {
                print(out, image, i, disassembler);
            }
        }
    }

    private void print(PrintWriter out, Image image, int index, Disassembler disassembler) {
        var function = image.functions().get(index);
        var code = function.code();
        var lowered = image.lowered();
        var original = source.programs().get(source.programIndex(lowered.program().name()));
        out.printf("%s, %s: %d bytes at 0x%x%n", lowered.subprograms().get(index).name(), engine, code.bytes().length,
                function.address());
        printCode(out, "", image, index, 0, code.offsets()[0], disassembler);
        int last = -1;
        for (int i = 0; i + 1 < code.offsets().length; i++) {
            int insn = code.start() + i;
            int origin = lowered.origin()[insn];
            var shown = bpf(original, origin);
            if (isRewritten(lowered.origin(), insn)) {
                if (origin != last) {
                    out.println(shown);
                }
                shown = "          " + rewritten(lowered.program(), insn);
            }
            last = origin;
            printCode(out, shown, image, index, code.offsets()[i], code.offsets()[i + 1], disassembler);
        }
        printCode(out, "", image, index, code.offsets()[code.offsets().length - 1], code.bytes().length, disassembler);
        out.println();
    }

    private void printCode(PrintWriter out, String bpf, Image image, int index, int from, int to, Disassembler disassembler) {
        var function = image.functions().get(index);
        var lines = disassembler.disassemble(Arrays.copyOfRange(function.code().bytes(), from, to), function.address() + from);
        if (lines.isEmpty() && !bpf.isEmpty()) {
            out.println(bpf);
        }
        var left = bpf;
        for (var line : lines) {
            int at = (int) (line.address() - function.address());
            var bytes = HEX.formatHex(function.code().bytes(), at, at + line.size());
            out.printf("%-44s %s%n", left, "%4x:  %-30s  %s".formatted(at, bytes, line.text()));
            left = "";
        }
    }

    private String bpf(Program program, int insn) {
        return "  %4d: %s".formatted(program.slotOf(insn), AsmPrinter.print(program, insn, maps));
    }

    /// Rewritten code may use the hidden register, which assembly text has no name for.
    private String rewritten(Program program, int insn) {
        return (program.insn(insn).registers() & Reg.AX.bit()) == 0
                ? AsmPrinter.print(program, insn, maps)
                : program.insn(insn).toString();
    }

    private static boolean isRewritten(int[] origin, int insn) {
        boolean follows = insn > 0 && origin[insn - 1] == origin[insn];
        boolean goesOn = insn + 1 < origin.length && origin[insn + 1] == origin[insn];
        return follows || goesOn;
    }
}
