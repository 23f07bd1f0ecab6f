package dev.tailbound.jit.passes;

import static dev.tailbound.isa.Reg.AX;

import dev.tailbound.cases.Context.Skb;
import dev.tailbound.cases.Context.Skb.Field;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Insn.Alu;
import dev.tailbound.isa.Insn.JumpIf;
import dev.tailbound.isa.Insn.Load;
import dev.tailbound.isa.Insn.Mov;
import dev.tailbound.isa.Insn.MovSx;
import dev.tailbound.isa.Insn.Store;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.jit.SkBuff;
import dev.tailbound.jit.SkBuff.Held;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Converts accesses to `struct __sk_buff` to accesses to the kernel's `struct sk_buff`, as `convert_ctx_accesses` does.
///
/// | access | becomes, on 6.12 |
/// |---|---|
/// | `r2 = *(u32 *)(r1 + 8)`, mark | `r2 = *(u32 *)(r1 + 168)` |
/// | `r2 = *(u8 *)(r1 + 9)` | `r2 = *(u32 *)(r1 + 168); w2 >>= 8; w2 &= 255` |
/// | `r2 = *(u32 *)(r1 + 20)`, vlan_present | `r2 = *(u32 *)(r1 + 156); if r2 == 0 goto +1; w2 = 1` |
/// | `r2 = *(u32 *)(r1 + 176)`, gso_size | `AX = *(u32 *)(r1 + 192); r2 = *(u64 *)(r1 + 200); r2 += AX; r2 = *(u16 *)(r2 + 4)` |
public final class ContextConversion implements Rewrite {
    private static final Field[] FIELDS = Field.values();

    private final SkBuff skb;

    public ContextConversion(SkBuff skb) {
        this.skb = skb;
    }

    @Override
    public String name() {
        return "context";
    }

    @Override
    public ContextLayout context(ContextLayout before) {
        return skb;
    }

    @Override
    public Lowered apply(Lowered source) {
        var edit = new Edit(source);
        var accesses = source.facts().contextAccesses();
        for (int i = 0; i < source.program().size() && !accesses.isEmpty(); i++) {
            if (accesses.get(source.origin()[i])) {
                switch (source.program().insn(i)) {
                    case Load load -> edit.replace(i, converted(load));
                    case Store store -> edit.replace(i, List.of(converted(store)));
                    default -> {
                        // Generated code that implements the access.
                    }
                }
            }
        }
        return edit.apply();
    }

    private static Field field(int off) {
        return Stream.of(FIELDS).filter(field -> off >= field.offset() && off < field.offset() + field.length()).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no field of the context at " + off));
    }

    private List<Insn> converted(Load load) {
        return switch (load.off()) {
            case Skb.DATA -> List.of(new Load(Size.DW, false, load.dst(), load.base(), SkBuff.DATA));
            case Skb.DATA_END -> List.of(new Load(Size.DW, false, load.dst(), load.base(), SkBuff.DATA_END));
            default -> convertedField(load);
        };
    }

    private List<Insn> convertedField(Load load) {
        var field = field(load.off());
        var dst = load.dst();
        var insns = new ArrayList<Insn>();
        if (skb.fields().get(field) instanceof Held.Bytes(int off)) {
            insns.add(new Load(load.size(), false, dst, load.base(), off + load.off() - field.offset()));
        } else {
            var held = whole(skb.fields().get(field), dst, load.base(), insns);
            narrow(load, held, insns);
        }
        if (load.signed()) {
            insns.add(new MovSx(Width.W64, load.size(), dst, dst));
        }
        return insns;
    }

    /// Loads the whole field; returns the size of its kernel representation.
    private static Size whole(Held held, Reg dst, Reg base, List<Insn> insns) {
        return switch (held) {
            case Held.Bytes _ -> throw new IllegalArgumentException("bytes are accessed as they are");
            case Held.Member(int off, var size) -> {
                insns.add(new Load(size, false, dst, base, off));
                yield size;
            }
            case Held.Bits(int off, int mask) -> {
                insns.add(new Load(Size.B, false, dst, base, off));
                insns.add(new Alu(Width.W32, AluOp.AND, dst, new Imm(mask)));
                yield Size.B;
            }
            case Held.NonZero(int off, var size) -> {
                insns.add(new Load(size, false, dst, base, off));
                insns.add(new JumpIf(Width.W64, Cond.EQ, dst, new Imm(0), 3));
                insns.add(new Mov(Width.W32, dst, new Imm(1)));
                yield size;
            }
            case Held.AtLeast(int off, var size, int least) -> {
                insns.add(new Load(size, false, dst, base, off));
                insns.add(new JumpIf(Width.W64, Cond.GE, dst, new Imm(least), 3));
                insns.add(new Mov(Width.W64, dst, new Imm(0)));
                yield size;
            }
            case Held.Shared(int off, var size) -> {
                insns.add(new Load(Size.W, false, AX, base, SkBuff.END));
                insns.add(new Load(Size.DW, false, dst, base, SkBuff.HEAD));
                insns.add(new Alu(Width.W64, AluOp.ADD, dst, AX));
                insns.add(new Load(size, false, dst, dst, off));
                yield size;
            }
        };
    }

    /// Extracts a narrower access from the loaded value. A representation that is not wider is used unchanged, even for an access to its upper bytes.
    private static void narrow(Load load, Size held, List<Insn> insns) {
        if (load.size().bytes() >= held.bytes()) {
            return;
        }
        int shift = load.off() % Size.W.bytes() * Byte.SIZE;
        if (shift != 0) {
            insns.add(new Alu(Width.W32, AluOp.RSH, load.dst(), new Imm(shift)));
        }
        insns.add(new Alu(Width.W32, AluOp.AND, load.dst(), new Imm((1 << load.size().bits()) - 1)));
    }

    private Store converted(Store store) {
        var field = field(store.off());
        return switch (skb.fields().get(field)) {
            case Held.Bytes(int off) -> new Store(store.size(), store.base(), off + store.off() - field.offset(), store.src());
            case Held.Member(int off, var size) -> new Store(size, store.base(), off, store.src());
            case Held.Bits _,Held.NonZero _,Held.AtLeast _,Held.Shared _ ->
                throw new IllegalArgumentException("%s of the context is not writable".formatted(field));
        };
    }
}
