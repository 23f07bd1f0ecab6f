package dev.tailbound.jit.x86;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.Trampoline;
import dev.tailbound.jit.Trampolines;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.List;
import java.util.Locale;

/// Compiles BPF for x86-64 as the kernel's JIT does.
///
/// Factory methods create its parts, so that tests can inject faulty ones.
public class X86Backend implements Backend, Trampolines {
    private static final int MAX_PASSES = 20;
    private static final int PADDED_FROM = 15;

    private final X86Options options;
    private final TailCallScheme scheme;

    public X86Backend(X86Options options, TailCallScheme scheme) {
        this.options = options;
        this.scheme = scheme;
    }

    /// The JIT of Debian's kernel 6.12.
    public static X86Backend pointer() {
        return new X86Backend(X86Options.debian(KernelGeneration.V6_12), new PointerScheme());
    }

    /// The JIT of Debian's kernel 6.1.
    public static X86Backend stackCopy() {
        return new X86Backend(X86Options.debian(KernelGeneration.V6_1), new StackCopyScheme());
    }

    /// `x86-64` for the default scheme, `x86-64:SCHEME` for others.
    @Override
    public String name() {
        return scheme.name().equals("pointer") ? "x86-64" : "x86-64:" + scheme.name();
    }

    @Override
    public List<byte[]> routines() {
        return scheme.routines();
    }

    @Override
    public int tailCallOffset() {
        return FrameEmitter.tailCallOffset(options, scheme);
    }

    @Override
    public String register(Reg reg) {
        return Register.of(reg).name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean restoresBeforeTailCalls() {
        return !scheme.keepsFrame();
    }

    @Override
    public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
        var function = lowered.subprograms().get(subprogram);
        int registers = lowered.registers(function);
        var pass = EmissionPass.first(lowered, function, base);
        for (int number = 0; number < MAX_PASSES; number++) {
            var bytes = emit(lowered, function, registers, linkage, pass);
            if (isFinal(number, pass)) {
                return new MachineCode(bytes, function.start(), pass.offsets(), pass.pokes());
            }
            pass = pass.next(bytes, number + 1 >= PADDED_FROM);
        }
        throw new UnsupportedOperationException("%s of %s: jump sizes still change after %d passes".formatted(function.name(),
                lowered.program().name(), MAX_PASSES));
    }

    /// Pass `number`, counted from 0, used its own final offsets, so its code is complete.
    protected boolean isFinal(@SuppressWarnings("unused") int number, EmissionPass pass) {
        return pass.isStable();
    }

    /// Starts from the known offsets, so one pass is enough, like the kernel's extra pass.
    @Override
    public MachineCode recompile(MachineCode measured, Lowered lowered, int subprogram, Linkage linkage, long base) {
        var function = lowered.subprograms().get(subprogram);
        var pass = EmissionPass.extra(function, measured, base);
        return new MachineCode(emit(lowered, function, lowered.registers(function), linkage, pass), function.start(),
                pass.offsets(), pass.pokes());
    }

    @Override
    public Trampolines trampolines() {
        return this;
    }

    @Override
    public byte[] trampoline(Trampoline trampoline, long base) {
        return trampolineEmitter(assembler(), trampoline, base).emit();
    }

    protected TrampolineEmitter trampolineEmitter(Assembler asm, Trampoline trampoline, long base) {
        return new TrampolineEmitter(asm, options, scheme, trampoline, base);
    }

    @Override
    public int entryEnd() {
        return (options.landingPads() ? FrameEmitter.ENDBR64_LENGTH : 0) + FrameEmitter.NOP_FOR_TRAMPOLINES;
    }

    @Override
    public byte[] branch(long from, long to, boolean links) {
        var asm = new Assembler();
        int distance = Assembler.distance(from + FrameEmitter.NOP_FOR_TRAMPOLINES, to);
        if (links) {
            asm.call(distance);
        } else {
            asm.jmp32(distance);
        }
        return asm.code().toBytes();
    }

    private byte[] emit(Lowered lowered, Subprogram function, int registers, Linkage linkage, EmissionPass pass) {
        var asm = assembler();
        var frame = frame(asm, function, registers);
        var selection = selection(asm, frame, lowered, linkage, pass);
        frame.prologue();
        for (int i = function.start(); i < function.end(); i++) {
            pass.begin(i, asm.code().size());
            var insn = lowered.program().insn(i);
            if (holdsDistance(insn) || !pass.repeat(i, asm.code())) {
                selection.select(i, insn);
            }
        }
        pass.begin(function.end(), asm.code().size());
        asm.placeAt(pass.base(), linkage::routineAddress);
        return asm.code().toBytes();
    }

    /// The instruction's code depends on addresses; all other code is the same in each pass.
    private static boolean holdsDistance(Insn insn) {
        return switch (insn) {
            case Insn.Branch _,Insn.CallHelper _,Insn.CallKfunc _,Insn.Exit _ -> true;
            case Insn.Alu _,Insn.Neg _,Insn.Mov _,Insn.MovSx _,Insn.Swap _,Insn.MovPerCpu _ -> false;
            case Insn.LoadImm64 _,Insn.LoadMap _,Insn.LoadMapValue _,Insn.Load _,Insn.LoadAcquire _ -> false;
            case Insn.Store _,Insn.StoreRelease _,Insn.Atomic _ -> false;
        };
    }

    protected Assembler assembler() {
        return new Assembler();
    }

    protected FrameEmitter frame(Assembler asm, Subprogram function, int registers) {
        return new FrameEmitter(asm, options, scheme, function, registers);
    }

    protected AluEmitter arithmetic(Assembler asm) {
        return new AluEmitter(asm, options);
    }

    protected MemoryEmitter memory(Assembler asm) {
        return new MemoryEmitter(asm, options);
    }

    protected ControlFlowEmitter controlFlow(Assembler asm, FrameEmitter frame, Linkage linkage, EmissionPass pass) {
        return new ControlFlowEmitter(asm, frame, options, scheme, linkage, pass);
    }

    protected FunctionEmitter selection(Assembler asm, FrameEmitter frame, Lowered lowered, Linkage linkage, EmissionPass pass) {
        return new FunctionEmitter(arithmetic(asm), memory(asm), controlFlow(asm, frame, linkage, pass), lowered, linkage);
    }
}
