package dev.tailbound.jit.arm64;

import dev.tailbound.isa.Reg;
import dev.tailbound.jit.Backend;
import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.MachineCode;
import dev.tailbound.jit.Trampoline;
import dev.tailbound.jit.Trampolines;
import java.util.Locale;

/// Compiles BPF for arm64 as the kernel's JIT does.
///
/// The `new…` factory methods create its parts, so that subclasses can replace them.
public class Arm64Backend implements Backend, Trampolines {
    private final Arm64Options options;
    private final TailCallScheme scheme;
    private final int landing;

    public Arm64Backend(Arm64Options options, TailCallScheme scheme) {
        this.options = options;
        this.scheme = scheme;
        this.landing = landing(options, scheme);
    }

    /// The JIT of Debian's kernel 6.12.
    public static Arm64Backend pointer() {
        return new Arm64Backend(Arm64Options.debian(KernelGeneration.V6_12), new PointerScheme());
    }

    /// The JIT of Debian's kernel 6.1.
    public static Arm64Backend x26() {
        return new Arm64Backend(Arm64Options.debian(KernelGeneration.V6_1), new X26Scheme());
    }

    @Override
    public String name() {
        return "arm64:" + scheme.name();
    }

    @Override
    public String register(Reg reg) {
        return options.kernel().register(reg).name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean restoresBeforeTailCalls() {
        return scheme.restoresBeforeTailCalls();
    }

    @Override
    public MachineCode compile(Lowered lowered, int subprogram, Linkage linkage, long base) {
        var frame = FrameLayout.of(lowered, subprogram);
        var asm = newAssembler();
        var parts = new FunctionEmitter.Parts(asm, newFrameEmitter(asm, frame), newAluEmitter(asm), newMemoryEmitter(asm, frame),
                newAtomicEmitter(asm));
        return newFunctionEmitter(parts, lowered, subprogram, linkage, base).emit();
    }

    @Override
    public int tailCallOffset() {
        return landing;
    }

    @Override
    public Trampolines trampolines() {
        if (!options.kernel().hasPatchSite()) {
            throw new UnsupportedOperationException(name() + ": functions have no place to attach programs at");
        }
        return this;
    }

    @Override
    public byte[] trampoline(Trampoline trampoline, long base) {
        return newTrampolineEmitter(newAssembler(), trampoline, base).emit();
    }

    protected TrampolineEmitter newTrampolineEmitter(MacroAssembler asm, Trampoline trampoline, long base) {
        return new TrampolineEmitter(asm, options, trampoline, base);
    }

    @Override
    public int entryEnd() {
        var asm = new MacroAssembler(options.kernel());
        new FrameEmitter(asm, options, scheme, FrameLayout.EMPTY_MAIN).patchSite();
        return asm.position();
    }

    @Override
    public byte[] branch(long from, long to, boolean links) {
        var asm = new Assembler();
        if (links) {
            asm.bl(to - from);
        } else {
            asm.b(to - from);
        }
        return asm.toBytes();
    }

    /// Measured by emitting the code before the landing point.
    private static int landing(Arm64Options options, TailCallScheme scheme) {
        var asm = new MacroAssembler(options.kernel());
        new FrameEmitter(asm, options, scheme, FrameLayout.EMPTY_MAIN).enter();
        return asm.position();
    }

    protected Arm64Options options() {
        return options;
    }

    protected TailCallScheme scheme() {
        return scheme;
    }

    protected MacroAssembler newAssembler() {
        return new MacroAssembler(options.kernel());
    }

    protected FrameEmitter newFrameEmitter(MacroAssembler asm, FrameLayout frame) {
        return new FrameEmitter(asm, options, scheme, frame);
    }

    protected AluEmitter newAluEmitter(MacroAssembler asm) {
        return new AluEmitter(asm);
    }

    protected MemoryEmitter newMemoryEmitter(MacroAssembler asm, FrameLayout frame) {
        return new MemoryEmitter(asm, scheme, frame);
    }

    protected AtomicEmitter newAtomicEmitter(MacroAssembler asm) {
        return options.lse() ? new LseAtomics(asm) : new ExclusiveAtomics(asm);
    }

    protected FunctionEmitter newFunctionEmitter(FunctionEmitter.Parts parts, Lowered lowered, int subprogram, Linkage linkage,
            long base) {
        return new FunctionEmitter(parts, lowered, subprogram, linkage, base, landing);
    }
}
