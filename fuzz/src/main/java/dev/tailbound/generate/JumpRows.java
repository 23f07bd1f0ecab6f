package dev.tailbound.generate;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;

/// Rows that build control flow around further rows: forward and backward, near and far.
///
/// Where paths meet, the generator continues with facts that are true on all of them, so a verifier that explores paths can prune there.
final class JumpRows {
    private static final int DEEPEST = 3;

    /// Instructions of padding: x86-64 short jumps reach over 123 to 127 bytes, about this many instructions of 3 to 7 bytes.
    private static final int[] PADDING = { 16, 40 };

    /// Occasionally more than 2 KiB of machine code, if it runs once in a function: 420 instructions and more.
    private static final int LONG = 420;
    private static final int LONG_ONE_IN = 20;

    /// At most these, as verifiers follow them on each path to them.
    private static final int LONGEST = 4000;

    /// In straight-line code more: beyond the 32 KiB of 16-bit distances, and beyond the 1 MiB of arm64's conditional branches.
    private static final int[] OVER_32_KIB = { 4700, 12_000 };
    /// Some instructions fewer than the 32,767 slots of a conditional jump: what padding reads must be defined first.
    private static final int[] LONGEST_CONDITIONAL = { 12_000, 32_000 };
    private static final int[] OVER_1_MIB = { 40_000, 160_000 };
    private static final int VERY_FAR_ONE_IN = 20;

    /// Instructions of four bytes between the jumps of a ladder. With a comparison and a short jump they take 122 bytes, with a long jump 126: the
    /// kernel makes jumps over at most 123 bytes short.
    private static final int RUNG = 29;
    private static final int MOST_RUNGS = 24;
    private static final int LADDER_ONE_IN = 40;

    private JumpRows() {}

    /// A branch on a constant: the verifier knows its direction, and the other block is dead code.
    static void decided(FunctionBuilder f) {
        var reg = f.target();
        int value = f.choices.between(-2, 2);
        f.emit(new Insn.Mov(Width.W64, reg, new Imm(value)));
        f.state.setScalar(reg);
        int end = f.code.label();
        f.emit(new Insn.JumpIf(Width.W64, f.choices.oneIn(2) ? Cond.EQ : Cond.SGE, reg, new Imm(value + f.choices.between(-1, 1)),
                end));
        f.emit(new Insn.Alu(Width.W64, AluOp.ADD, reg, new Imm(1)));
        f.code.bind(end);
    }

    static boolean mayNest(FunctionBuilder f) {
        return f.nesting < DEEPEST && f.affords(20);
    }

    static boolean mayLoop(FunctionBuilder f) {
        return mayNest(f) && Counter.fits(f);
    }

    static boolean mayLoopFar(FunctionBuilder f) {
        return mayLoop(f) && affordsPadding(f);
    }

    static boolean affordsPadding(FunctionBuilder f) {
        return mayNest(f) && f.affords(3 * PADDING[1]);
    }

    private static void block(FunctionBuilder f) {
        f.nesting++;
        f.body(f.choices.between(1, 3));
        f.nesting--;
    }

    static void skip(FunctionBuilder f) {
        int end = f.code.label();
        f.branch(end);
        var before = f.state.copy();
        block(f);
        f.join(before);
        f.code.bind(end);
    }

    static void either(FunctionBuilder f) {
        int otherwise = f.code.label();
        int end = f.code.label();
        f.branch(otherwise);
        var before = f.state.copy();
        block(f);
        var first = f.state;
        f.jump(end);
        f.code.bind(otherwise);
        f.state = before;
        block(f);
        f.join(first);
        f.code.bind(end);
    }

    /// Exits in the middle of the function.
    static void exitEarly(FunctionBuilder f) {
        int end = f.code.label();
        f.branch(end);
        var before = f.state.copy();
        ResultFold.exit(f);
        f.state = before;
        f.code.bind(end);
    }

    /// A forward jump of about the length at which short jumps become long ones, or of a very long distance.
    static void skipFar(FunctionBuilder f) {
        if (f.repeats == 1 && f.choices.oneIn(LADDER_ONE_IN)) {
            ladder(f);
        } else if (f.repeats == 1 && f.choices.oneIn(LONG_ONE_IN)) {
            skip(f, f.choices.heavyTailed(LONG, LONGEST));
        } else {
            skip(f, f.choices.between(PADDING[0], PADDING[1]));
        }
    }

    static boolean maySkipVeryFar(FunctionBuilder f) {
        return f.plan.isMain() && f.isStraight();
    }

    /// The same, sometimes over so much code that only one path may lead to it.
    static void skipVeryFar(FunctionBuilder f) {
        var padding = !f.choices.oneIn(VERY_FAR_ONE_IN) ? PADDING : switch (f.choices.weighted(10, 4, f.options.v4() ? 1 : 0)) {
            case 0 -> OVER_32_KIB;
            case 1 -> LONGEST_CONDITIONAL;
            default -> OVER_1_MIB;
        };
        skip(f, f.choices.heavyTailed(padding[0], padding[1]));
    }

    /// Skips this many instructions.
    private static void skip(FunctionBuilder f, int padding) {
        int end = f.code.label();
        if (padding <= LONGEST_CONDITIONAL[1]) {
            f.branch(end);
        } else {
            int over = f.code.label();
            f.branch(over);
            f.emit(new Insn.Jump(true, end));
            f.code.bind(over);
        }
        var before = f.state.copy();
        AluRows.padding(f, padding);
        f.join(before);
        f.code.bind(end);
    }

    /// Jumps whose lengths depend on each other: each skips the next one, so that it becomes short one compilation pass after that.
    private static void ladder(FunctionBuilder f) {
        var dst = f.operand();
        int skipped = -1;
        for (int rungs = f.choices.heavyTailed(2, MOST_RUNGS, 70); rungs > 0; rungs--) {
            int target = f.code.label();
            var cond = f.choices.oneIn(2) ? Cond.NE : Cond.SLE;
            f.emit(new Insn.JumpIf(Width.W64, cond, dst, new Imm(f.choices.between(1, Byte.MAX_VALUE)), target));
            if (skipped >= 0) {
                f.code.bind(skipped);
            }
            skipped = target;
            AluRows.shortPadding(f, dst, RUNG);
        }
        f.code.bind(skipped);
        f.state.setScalar(dst);
    }

    /// Two blocks in the wrong order: `goto a; b: ...; goto end; a: ...; goto b; end:`.
    static void shuffle(FunctionBuilder f) {
        int a = f.code.label();
        int b = f.code.label();
        int end = f.code.label();
        var settled = f.settle();
        boolean mayCall = f.mayCall;
        f.mayCall = CallRows.mayCall(f);
        f.jump(a);
        f.code.bind(b);
        block(f);
        var after = f.state;
        f.jump(end);
        f.code.bind(a);
        f.state = settled.copy();
        block(f);
        f.keepAll(RegisterState.SCRATCH & ~f.reserved);
        f.resettle(settled);
        if (f.choices.oneIn(4) && f.affords(PADDING[1])) {
            AluRows.padding(f, f.choices.between(PADDING[0], PADDING[1]));
            f.keepAll(RegisterState.SCRATCH & ~f.reserved);
            f.resettle(settled);
        }
        f.jump(b);
        f.code.bind(end);
        f.state = after;
        f.mayCall = mayCall;
    }

    // Loops

    static void loop(FunctionBuilder f) {
        loop(f, false);
    }

    /// A loop whose backward jump has about the length at which short jumps become long ones.
    static void loopFar(FunctionBuilder f) {
        loop(f, true);
    }

    private static void loop(FunctionBuilder f, boolean far) {
        f.settle();
        var counter = Counter.in(f);
        int rounds = f.choices.between(2, f.choices.oneIn(4) ? 6 : 3);
        f.nesting++;
        f.repeats *= rounds;
        switch (f.choices.below(3)) {
            case 0 -> countDown(f, counter, rounds, far);
            case 1 -> countUp(f, counter, rounds, far);
            default -> leaveInside(f, counter, rounds, far);
        }
        f.repeats /= rounds;
        f.nesting--;
        counter.release(f);
    }

    /// `c = n; l: ...; c -= 1; if c != 0 goto l`
    private static void countDown(FunctionBuilder f, Counter counter, int rounds, boolean far) {
        counter.set(f, rounds);
        var settled = f.state.copy();
        int start = f.code.here();
        body(f, settled, far);
        var c = counter.step(f, -1);
        f.emit(new Insn.JumpIf(f.width(), f.choices.oneIn(2) ? Cond.NE : Cond.SGT, c, new Imm(0), start));
    }

    /// `c = 0; goto test; l: ...; c += 1; test: if c < n goto l`
    private static void countUp(FunctionBuilder f, Counter counter, int rounds, boolean far) {
        int test = f.code.label();
        counter.set(f, 0);
        f.jump(test);
        var settled = f.state.copy();
        int start = f.code.here();
        body(f, settled, far);
        counter.step(f, 1);
        if (!f.options.v4()) {
            f.jump(test); // older kernels refuse a loop that is closed by falling through
        }
        f.code.bind(test);
        var c = counter.get(f);
        f.emit(new Insn.JumpIf(f.width(), f.choices.oneIn(2) ? Cond.LT : Cond.SLT, c, new Imm(rounds), start));
        f.state.slots &= settled.slots;
        f.state.freshSlots &= settled.slots;
    }

    /// `c = n; l: if c == 0 goto end; ...; c -= 1; goto l; end:`
    private static void leaveInside(FunctionBuilder f, Counter counter, int rounds, boolean far) {
        int end = f.code.label();
        counter.set(f, rounds);
        var settled = f.state.copy();
        int start = f.code.here();
        var c = counter.get(f);
        f.emit(new Insn.JumpIf(f.width(), f.choices.oneIn(2) ? Cond.EQ : Cond.SLE, c, new Imm(0), end));
        body(f, settled, far);
        counter.step(f, -1);
        f.jump(start);
        f.code.bind(end);
        f.state.slots &= settled.slots;
        f.state.freshSlots &= settled.slots;
    }

    private static void body(FunctionBuilder f, RegisterState settled, boolean far) {
        f.body(f.choices.between(1, 2));
        if (far) {
            AluRows.padding(f, f.choices.between(PADDING[0], PADDING[1]));
        }
        f.keepAll(RegisterState.SCRATCH & ~f.reserved);
        f.resettle(settled);
    }

    /// The place of a loop's counter: a reserved register or a stack slot.
    ///
    /// In a scratch register it does not survive calls, so the body may make none.
    private record Counter(Reg reg, int slot, boolean mayCallOutside) {
        /// Scratch registers that a body needs besides its loop's counter.
        private static final int SCRATCH_FOR_BODY = 4;

        static boolean fits(FunctionBuilder f) {
            return savedRegisters(f) != 0 || slots(f) != 0
                    || Integer.bitCount(RegisterState.SCRATCH & ~f.reserved) > SCRATCH_FOR_BODY;
        }

        private static int savedRegisters(FunctionBuilder f) {
            return f.plan.saved() & ~f.reserved;
        }

        /// The verifier tracks numbers in the stack if they fill all eight bytes.
        private static int slots(FunctionBuilder f) {
            return f.frame.atLeast(Size.DW) & ~f.reservedSlots;
        }

        static Counter in(FunctionBuilder f) {
            int saved = savedRegisters(f);
            int slots = slots(f);
            boolean mayCall = f.mayCall;
            f.mayCall = CallRows.mayCall(f);
            if (saved != 0 && (slots == 0 || f.choices.oneIn(2))) {
                var reg = Reg.of(f.choices.bitOf(saved));
                f.keep(reg);
                f.reserved |= reg.bit();
                return new Counter(reg, -1, mayCall);
            }
            if (slots != 0) {
                int slot = f.choices.bitOf(slots);
                f.keepSlot(slot);
                f.reservedSlots |= 1 << slot;
                return new Counter(null, slot, mayCall);
            }
            var reg = f.target();
            f.reserved |= reg.bit();
            f.mayCall = false;
            return new Counter(reg, -1, mayCall);
        }

        void set(FunctionBuilder f, int value) {
            if (reg != null) {
                f.emit(new Insn.Mov(f.width(), reg, new Imm(value)));
                f.state.setScalar(reg);
            } else {
                f.emit(new Insn.Store(Size.DW, Reg.R10, f.frame.slot(slot).off(), new Imm(value)));
                f.fillSlot(slot);
            }
        }

        /// The counter in a register, for the next instructions only.
        Reg get(FunctionBuilder f) {
            if (reg != null) {
                return reg;
            }
            var c = f.target(RegisterState.SAVED);
            f.emit(new Insn.Load(Size.DW, false, c, Reg.R10, f.frame.slot(slot).off()));
            f.state.forget(c.bit());
            return c;
        }

        Reg step(FunctionBuilder f, int by) {
            var c = get(f);
            f.emit(new Insn.Alu(Width.W64, AluOp.ADD, c, new Imm(by)));
            if (reg == null) {
                f.emit(new Insn.Store(Size.DW, Reg.R10, f.frame.slot(slot).off(), c));
            }
            return c;
        }

        void release(FunctionBuilder f) {
            if (reg != null) {
                f.reserved &= ~reg.bit();
            } else {
                f.reservedSlots &= ~(1 << slot);
            }
            f.mayCall = mayCallOutside;
        }
    }
}
