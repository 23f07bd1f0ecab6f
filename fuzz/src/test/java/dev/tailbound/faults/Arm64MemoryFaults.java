package dev.tailbound.faults;

import static dev.tailbound.isa.Width.W32;
import static dev.tailbound.isa.Width.W64;
import static dev.tailbound.jit.arm64.Arm64Registers.AX;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP1;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP2;
import static dev.tailbound.jit.arm64.Arm64Registers.TMP3;

import dev.tailbound.faults.Fault.Topic;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.arm64.Address;
import dev.tailbound.jit.arm64.AtomicEmitter;
import dev.tailbound.jit.arm64.ExclusiveAtomics;
import dev.tailbound.jit.arm64.FrameLayout;
import dev.tailbound.jit.arm64.Label;
import dev.tailbound.jit.arm64.LseAtomics;
import dev.tailbound.jit.arm64.MacroAssembler;
import dev.tailbound.jit.arm64.MemoryEmitter;
import dev.tailbound.jit.arm64.Register;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Faults in memory accesses of arm64 code.
final class Arm64MemoryFaults {
    static final List<Fault> ALL = List.of(
            // loads and stores
            memory("sign-extending loads zero-extend", "kernel 114b5b3b4bde", (asm, frame) -> new Part(asm, frame) {
                @Override
                protected void loadSigned(Size size, Register dst, Address at) {
                    super.load(size, dst, at);
                }
            }),
            memory("a load of 32 bits sign-extends", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                protected void load(Size size, Register dst, Address at) {
                    if (size == Size.W) {
                        asm.ldrsw(dst, at);
                    } else {
                        super.load(size, dst, at);
                    }
                }
            }),
            memory("a store of 16 bits writes 8", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                public void store(Insn.Store insn) {
                    super.store(insn.size() == Size.H ? new Insn.Store(Size.B, insn.base(), insn.off(), insn.src()) : insn);
                }
            }),
            memory("a store of a 64-bit immediate is zero-extended", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                public void store(Insn.Store insn) {
                    if (insn.src() instanceof Imm(int imm)) {
                        asm.movImmediate(W32, TMP1, imm);
                        store(insn.size(), TMP1, address(insn.base(), insn.off(), insn.size(), TMP2));
                    } else {
                        super.store(insn);
                    }
                }
            }),
            memory("the offset of a store overwrites its immediate", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                public void store(Insn.Store insn) {
                    if (insn.src() instanceof Imm(int imm)) {
                        asm.movImmediate(W64, TMP1, imm);
                        store(insn.size(), TMP1, address(insn.base(), insn.off(), insn.size(), TMP1));
                    } else {
                        super.store(insn);
                    }
                }
            }),
            memory("an offset that is no multiple of the size is rounded down", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                protected Address address(Reg base, int off, Size size, Register scratch) {
                    return super.address(base, base == Reg.R10 ? off : off & -size.bytes(), size, scratch);
                }
            }),
            memory("offsets of 4096 and more are taken for smaller ones", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                protected Address address(Reg base, int off, Size size, Register scratch) {
                    return super.address(base, off > 0 ? off & 0xfff : off, size, scratch);
                }
            }),
            memory("negative offsets are zero-extended", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                protected Address address(Reg base, int off, Size size, Register scratch) {
                    if (super.address(base, off, size, scratch) instanceof Address.Indexed(var register, var index, _)) {
                        asm.movImmediate(W32, scratch, off);
                        return new Address.Indexed(register, index);
                    }
                    return super.address(base, off, size, scratch);
                }
            }),
            memory("the offset of an atomic is lost", "", (asm, frame) -> new Part(asm, frame) {
                @Override
                public Register pointer(Reg base, int off) {
                    return super.pointer(base, 0);
                }
            }),

            // atomics
            lse("and clears the bits that its operand has", "", asm -> new LseAtomics(asm) {
                @Override
                public void emit(AtomicOp op, Width w, Register src, Register at) {
                    if (op == AtomicOp.FETCH_AND) {
                        asm.ldclral(w, src, src, at);
                    } else {
                        super.emit(op, w, src, at);
                    }
                }
            }),
            lse("xchg only stores", "ubpf#596", asm -> new LseAtomics(asm) {
                @Override
                public void emit(AtomicOp op, Width w, Register src, Register at) {
                    if (op == AtomicOp.XCHG) {
                        asm.swpal(w, src, Register.ZR, at);
                    } else {
                        super.emit(op, w, src, at);
                    }
                }
            }),
            lse("cmpxchg gives what was to be stored", "ubpf#710", asm -> new LseAtomics(asm) {
                @Override
                public void emit(AtomicOp op, Width w, Register src, Register at) {
                    super.emit(op, w, src, at);
                    if (op == AtomicOp.CMPXCHG) {
                        asm.mov(w, asm.register(Reg.R0), src);
                    }
                }
            }),
            lse("atomic add does not fetch", "", asm -> new LseAtomics(asm) {
                @Override
                public void emit(AtomicOp op, Width w, Register src, Register at) {
                    super.emit(op == AtomicOp.FETCH_ADD ? AtomicOp.ADD : op, w, src, at);
                }
            }),
            exclusive("the store's status overwrites the operand", "ubpf#727", asm -> new ExclusiveAtomics(asm) {
                @Override
                protected void update(Width w, Register src, Register at, Operation op) {
                    asm.ldxr(w, TMP2, at);
                    op.emit(w, TMP2, TMP2, src);
                    asm.stxr(w, src, TMP2, at);
                }
            }),
            exclusive("the store's status overwrites the old value", "ubpf#727", asm -> new ExclusiveAtomics(asm) {
                @Override
                protected void exchange(Width w, Register src, Register at) {
                    asm.mov(w, TMP2, src);
                    asm.ldxr(w, src, at);
                    asm.stlxr(w, src, TMP2, at);
                    asm.dmbIsh();
                }
            }),
            exclusive("the old value overwrites the operand of a fetch", "", asm -> new ExclusiveAtomics(asm) {
                @Override
                protected void fetch(Width w, Register src, Register at, Operation op) {
                    asm.ldxr(w, src, at);
                    op.emit(w, TMP2, src, src);
                    asm.stlxr(w, TMP3, TMP2, at);
                    asm.dmbIsh();
                }
            }),
            exclusive("cmpxchg32 compares 64 bits", "", asm -> new ExclusiveAtomics(asm) {
                @Override
                protected void compareAndExchange(Width w, Register src, Register at) {
                    var done = new Label();
                    var r0 = asm.register(Reg.R0);
                    asm.mov(W64, AX, r0);
                    asm.ldxr(w, r0, at);
                    asm.eor(W64, TMP3, r0, AX);
                    asm.cbnz(W64, TMP3, done);
                    asm.stlxr(w, TMP3, src, at);
                    asm.dmbIsh();
                    asm.bind(done);
                }
            }));

    private Arm64MemoryFaults() {}

    private static class Part extends MemoryEmitter {
        Part(MacroAssembler asm, FrameLayout frame) {
            super(asm, Arm64.SCHEME, frame);
        }
    }

    private static Fault memory(String name, String origin, BiFunction<MacroAssembler, FrameLayout, MemoryEmitter> part) {
        return new Fault(name, Topic.MEMORY, origin, Machine.ARM64, Arm64.memory(part));
    }

    private static Fault lse(String name, String origin, Function<MacroAssembler, AtomicEmitter> part) {
        return new Fault(name, Topic.ATOMICS, origin, Machine.ARM64, Arm64.atomics(part));
    }

    private static Fault exclusive(String name, String origin, Function<MacroAssembler, AtomicEmitter> part) {
        return new Fault(name, Topic.ATOMICS, origin, Machine.ARM64_LL_SC, Arm64.atomics(part));
    }
}
