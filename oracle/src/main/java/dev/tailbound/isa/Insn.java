package dev.tailbound.isa;

/// One BPF instruction.
///
/// Jump and call targets are indices into [Program#insns()], not relative offsets, so that code can be inserted and removed safely;
/// `ld_imm64` counts as one instruction although it takes two eight-byte slots. Consumers switch over the records without a default.
public sealed interface Insn {

    /// `dst op= src`
    record Alu(Width width, AluOp op, Reg dst, Operand src) implements Insn {
        public Alu {
            if (src instanceof Imm(int value)) {
                if (op.isShift() && (value < 0 || value >= width.bits())) {
                    throw new IllegalArgumentException("shift count %d is outside 0..%d".formatted(value, width.bits() - 1));
                }
                if (op.isDivision() && value == 0) {
                    throw new IllegalArgumentException("division by the constant 0");
                }
            }
        }
    }

    /// `dst = -dst`
    record Neg(Width width, Reg dst) implements Insn {}

    /// `dst = src`
    record Mov(Width width, Reg dst, Operand src) implements Insn {}

    /// `dst = (s8|s16|s32) src`, sign-extended to `width`.
    record MovSx(Width width, Size from, Reg dst, Reg src) implements Insn {
        public MovSx {
            if (from.bits() >= width.bits()) {
                throw new IllegalArgumentException("cannot sign-extend %d bits to %d".formatted(from.bits(), width.bits()));
            }
        }
    }

    /// `dst = le|be|bswap 16|32|64 dst`; always defines all 64 bits.
    record Swap(SwapOp op, int bits, Reg dst) implements Insn {
        public Swap {
            if (bits != 16 && bits != 32 && bits != 64) {
                throw new IllegalArgumentException("byte swap of %d bits, expected 16, 32 or 64".formatted(bits));
            }
        }
    }

    /// `dst = value ll`
    record LoadImm64(Reg dst, long value) implements Insn {}

    /// `dst = map[m] ll`: the address of the map itself; `map` is its index in the case.
    record LoadMap(Reg dst, int map) implements Insn {}

    /// `dst = map[m][off] ll`: the address `off` bytes into the value of key 0.
    record LoadMapValue(Reg dst, int map, int off) implements Insn {}

    /// `dst = *(size *)(base + off)`, zero- or sign-extended to 64 bits.
    record Load(Size size, boolean signed, Reg dst, Reg base, int off) implements Insn {
        public Load {
            checkOff(off);
            if (signed && size == Size.DW) {
                throw new IllegalArgumentException("sign-extending load of 64 bits");
            }
        }
    }

    /// `*(size *)(base + off) = src`
    record Store(Size size, Reg base, int off, Operand src) implements Insn {
        public Store {
            checkOff(off);
        }
    }

    /// `lock *(size *)(base + off) op= src` and the forms that fetch the old value.
    record Atomic(AtomicOp op, Size size, Reg base, int off, Reg src) implements Insn {
        public Atomic {
            checkOff(off);
            if (size != Size.W && size != Size.DW) {
                throw new IllegalArgumentException("atomic operand of %d bytes, expected 4 or 8".formatted(size.bytes()));
            }
        }

        /// The register that receives the old value; null if none does.
        public Reg fetched() {
            return op == AtomicOp.CMPXCHG ? Reg.R0 : op.fetches() ? src : null;
        }
    }

    /// `dst = load_acquire((size *)(base + off))`
    record LoadAcquire(Size size, Reg dst, Reg base, int off) implements Insn {
        public LoadAcquire {
            checkOff(off);
        }
    }

    /// `store_release((size *)(base + off), src)`
    record StoreRelease(Size size, Reg base, int off, Reg src) implements Insn {
        public StoreRelease {
            checkOff(off);
        }
    }

    /// `goto` with a 16-bit offset, or `gotol` (far) with a 32-bit one.
    record Jump(boolean far, int target) implements Branch {
        @Override
        public Jump retarget(int target) {
            return new Jump(far, target);
        }
    }

    /// `if dst cond src goto target`
    record JumpIf(Width width, Cond cond, Reg dst, Operand src, int target) implements Branch {
        @Override
        public JumpIf retarget(int target) {
            return new JumpIf(width, cond, dst, src, target);
        }
    }

    /// `call subprogram`: a bpf2bpf call.
    record Call(int target) implements Branch {
        @Override
        public Call retarget(int target) {
            return new Call(target);
        }
    }

    /// `call helper`, by number; [Helper] names those that engines offer. Number 12 is the tail call.
    record CallHelper(int id) implements Insn {
        public CallHelper(Helper helper) {
            this(helper.id());
        }

        public boolean isTailCall() {
            return id == Helper.TAIL_CALL.id();
        }
    }

    /// `call kfunc`: a kernel function by BTF id; [Kfunc] lists those that engines offer.
    ///
    /// @param off 0 for a function of the kernel itself, otherwise the offset of its module
    record CallKfunc(int id, int off) implements Insn {
        public CallKfunc {
            checkOff(off);
        }

        public CallKfunc(Kfunc kfunc, int off) {
            this(kfunc.id(), off);
        }

        /// The function's name, or the id if it is unknown.
        public String name() {
            return Kfunc.byId(id).map(Kfunc::symbol).orElse(Integer.toString(id));
        }
    }

    /// `dst = &(void __percpu *)(src)`: this CPU's instance of a per-CPU variable; only in rewritten code.
    record MovPerCpu(Reg dst, Reg src) implements Insn {}

    /// Return from the subprogram, or end the run.
    record Exit() implements Insn {}

    /// An instruction with a target instruction.
    sealed interface Branch extends Insn {
        int target();

        Insn retarget(int target);
    }

    /// Eight-byte slots in the encoding.
    default int slots() {
        return switch (this) {
            case LoadImm64 _,LoadMap _,LoadMapValue _ -> 2;
            default -> 1;
        };
    }

    /// Control can reach the next instruction.
    default boolean fallsThrough() {
        return !(this instanceof Jump || this instanceof Exit);
    }

    /// Registers in the dst and src fields of the encoding, as a set of [Reg#bit()]s.
    default int registers() {
        return switch (this) {
            case Alu i -> i.dst.bit() | bit(i.src);
            case Neg i -> i.dst.bit();
            case Mov i -> i.dst.bit() | bit(i.src);
            case MovSx i -> i.dst.bit() | i.src.bit();
            case Swap i -> i.dst.bit();
            case LoadImm64 i -> i.dst.bit();
            case LoadMap i -> i.dst.bit();
            case LoadMapValue i -> i.dst.bit();
            case Load i -> i.dst.bit() | i.base.bit();
            case Store i -> i.base.bit() | bit(i.src);
            case Atomic i -> i.base.bit() | i.src.bit();
            case LoadAcquire i -> i.dst.bit() | i.base.bit();
            case StoreRelease i -> i.base.bit() | i.src.bit();
            case JumpIf i -> i.dst.bit() | bit(i.src);
            case MovPerCpu i -> i.dst.bit() | i.src.bit();
            case Jump _,Call _,CallHelper _,CallKfunc _,Exit _ -> 0;
        };
    }

    /// The registers whose values the instruction takes, as a set of [Reg#bit()]s.
    ///
    /// Arguments of calls are not among them, as the callee decides which it takes, nor is the result that `exit` returns, which not every caller takes.
    default int reads() {
        return switch (this) {
            case Alu i -> i.dst.bit() | bit(i.src);
            case Neg i -> i.dst.bit();
            case Mov i -> bit(i.src);
            case MovSx i -> i.src.bit();
            case Swap i -> i.dst.bit();
            case Load i -> i.base.bit();
            case Store i -> i.base.bit() | bit(i.src);
            // The register that receives the old value is an operand, too.
            case Atomic i -> i.base.bit() | i.src.bit() | (i.op == AtomicOp.CMPXCHG ? Reg.R0.bit() : 0);
            case LoadAcquire i -> i.base.bit();
            case StoreRelease i -> i.base.bit() | i.src.bit();
            case JumpIf i -> i.dst.bit() | bit(i.src);
            case MovPerCpu i -> i.src.bit();
            case LoadImm64 _,LoadMap _,LoadMapValue _,Jump _,Call _,CallHelper _,CallKfunc _,Exit _ -> 0;
        };
    }

    /// The registers that hold something else after the instruction, as a set of [Reg#bit()]s; calls leave R1 to R5 undefined.
    default int writes() {
        return switch (this) {
            case Alu i -> i.dst.bit();
            case Neg i -> i.dst.bit();
            case Mov i -> i.dst.bit();
            case MovSx i -> i.dst.bit();
            case Swap i -> i.dst.bit();
            case LoadImm64 i -> i.dst.bit();
            case LoadMap i -> i.dst.bit();
            case LoadMapValue i -> i.dst.bit();
            case Load i -> i.dst.bit();
            case LoadAcquire i -> i.dst.bit();
            case Atomic i -> i.fetched() == null ? 0 : i.fetched().bit();
            case MovPerCpu i -> i.dst.bit();
            case Call _,CallHelper _,CallKfunc _ -> Reg.CALLER_SAVED;
            case Store _,StoreRelease _,Jump _,JumpIf _,Exit _ -> 0;
        };
    }

    private static int bit(Operand operand) {
        return operand instanceof Reg reg ? reg.bit() : 0;
    }

    private static void checkOff(int off) {
        if (off != (short) off) {
            throw new IllegalArgumentException("memory offset %d does not fit 16 bits".formatted(off));
        }
    }
}
