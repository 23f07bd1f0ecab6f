package dev.tailbound.text;

import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.AtomicOp;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Cond;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Kfunc;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.SwapOp;
import dev.tailbound.isa.Width;
import dev.tailbound.text.Lexer.Token;
import dev.tailbound.text.Tokens.AccessType;
import dev.tailbound.text.Tokens.Named;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Parses a program in the syntax of LLVM's assembler, with maps and helpers by name.
///
/// ```
/// loop: r1 -= 1          # labels, comments
///     if w1 s> 0 goto loop; r2 = map[counter] ll
///     call sub           // a label of this body: bpf2bpf; otherwise a helper's name
/// ```
public final class AsmParser {
    private static final Map<String, AluOp> ALU_OPS = bySymbol(AluOp.values(), AluOp::symbol);
    private static final Map<String, Cond> CONDS = bySymbol(Cond.values(), Cond::symbol);

    /// A branch to be resolved once all labels are known: its target is the label in the token, or a distance in slots, as in LLVM.
    private record Unresolved(int insn, Token token, OptionalInt distance) {}

    private record Label(int insn, int line) {}

    private final Tokens tokens;
    private final List<String> maps;
    private final List<Insn> insns = new ArrayList<>();
    private final Map<String, Label> labels = new HashMap<>();
    private final List<Unresolved> unresolved = new ArrayList<>();

    private AsmParser(String text, int firstLine, List<String> maps) {
        tokens = new Tokens(Lexer.tokens(text, firstLine));
        this.maps = maps;
    }

    /// Throws [BadInput] with a line number; `maps` are the names of the case's maps, in order.
    public static Program parse(String name, String text, List<String> maps) {
        return parse(name, text, 1, maps);
    }

    /// The same for a text that starts at line `firstLine` of its file.
    public static Program parse(String name, String text, int firstLine, List<String> maps) {
        var parser = new AsmParser(text, firstLine, maps);
        while (!parser.tokens.atLast()) {
            parser.line();
        }
        if (parser.insns.isEmpty()) {
            throw new BadInput(Integer.toString(firstLine), "program %s has no instructions".formatted(name));
        }
        parser.resolve();
        var names = new TreeMap<Integer, String>();
        parser.labels.forEach((label, place) -> names.merge(place.insn, label, (a, b) -> a.compareTo(b) < 0 ? a : b));
        return new Program(name, parser.insns, names);
    }

    private void line() {
        while (tokens.second().is(":")) {
            var label = tokens.peek();
            tokens.word("a label");
            tokens.next();
            if (!Program.isName(label.text())) {
                throw Tokens.bad(label,
                        "expected a label of at most %d characters, found %s".formatted(Program.MAX_NAME, label.shown()));
            }
            var earlier = labels.put(label.text(), new Label(insns.size(), label.line()));
            if (earlier != null) {
                throw Tokens.bad(label, "label %s is defined twice, first at line %d".formatted(label.text(), earlier.line));
            }
        }
        if (tokens.peek().kind() != Lexer.Kind.END) {
            if (insns.size() == Decoder.MAX_SLOTS) {
                throw Tokens.bad(tokens.peek(), "more than %d instructions".formatted(Decoder.MAX_SLOTS));
            }
            insns.add(statement());
        }
        tokens.expectEnd();
    }

    private Insn statement() {
        var first = tokens.peek();
        if (tokens.atRegister()) {
            return assignment(tokens.register());
        }
        if (first.kind() == Lexer.Kind.END) {
            throw tokens.expected("an instruction");
        }
        tokens.next();
        return switch (first.text()) {
            case "exit" -> new Insn.Exit();
            case "goto" -> branch(new Insn.Jump(false, 0));
            case "gotol" -> branch(new Insn.Jump(true, 0));
            case "if" -> condition();
            case "call" -> call();
            case "*" -> store();
            case "lock" -> lock();
            case "store_release" -> storeRelease();
            case "may_goto", "gotox", "callx" -> throw Tokens.bad(first, first.text() + " is not supported");
            default -> throw Tokens.bad(first, "expected an instruction, found " + first.shown());
        };
    }

    private Insn assignment(Named dst) {
        var operator = tokens.next();
        var op = ALU_OPS.get(operator.text());
        if (op != null) {
            return alu(operator, dst, op, tokens.operand(dst.width()));
        }
        if (!operator.is("=")) {
            throw Tokens.bad(operator, "expected '=' or an arithmetic operator, found " + operator.shown());
        }
        if (tokens.peek().is("-") && tokens.second().kind() == Lexer.Kind.WORD) {
            tokens.next();
            tokens.sameRegister(dst);
            return new Insn.Neg(dst.width(), dst.reg());
        }
        if (tokens.atNumber()) {
            return constant(dst);
        }
        if (tokens.atRegister()) {
            return new Insn.Mov(dst.width(), dst.reg(), tokens.register(dst.width()));
        }
        if (tokens.accept("(")) {
            return signExtension(dst);
        }
        if (tokens.accept("*")) {
            var type = tokens.pointerType();
            var address = tokens.addressInParentheses();
            requireFit(type, dst);
            return new Insn.Load(type.size(), type.signed(), dst.reg(), address.base(), address.off());
        }
        return function(dst);
    }

    private static Insn alu(Token at, Named dst, AluOp op, Operand src) {
        try {
            return new Insn.Alu(dst.width(), op, dst.reg(), src);
        } catch (IllegalArgumentException malformed) {
            throw Tokens.bad(at, malformed.getMessage());
        }
    }

    private Insn constant(Named dst) {
        if (!tokens.atWideConstant()) {
            return new Insn.Mov(dst.width(), dst.reg(), new Imm(tokens.imm32()));
        }
        requireFull(dst);
        long value = tokens.imm64();
        tokens.expect("ll");
        return new Insn.LoadImm64(dst.reg(), value);
    }

    /// `(s8)r2`, after the parenthesis.
    private Insn signExtension(Named dst) {
        var token = tokens.peek();
        var type = tokens.type();
        tokens.expect(")");
        if (!type.signed() || type.size().bits() >= dst.width().bits()) {
            throw Tokens.bad(token, "expected a cast to a signed type narrower than %s, found %s"
                    .formatted(dst.reg().symbol(dst.width()), token.shown()));
        }
        return new Insn.MovSx(dst.width(), type.size(), dst.reg(), tokens.register(dst.width()));
    }

    /// Right-hand sides that start with a word: `map[..]`, byte swaps, and atomic operations in call syntax.
    private Insn function(Named dst) {
        var name = tokens.peek();
        tokens.word("a register, a number, a load or an operation");
        return switch (name.text()) {
            case "map" -> map(dst);
            case "le16", "le32", "le64" -> swap(SwapOp.LE, name, dst);
            case "be16", "be32", "be64" -> swap(SwapOp.BE, name, dst);
            case "bswap16", "bswap32", "bswap64" -> swap(SwapOp.BSWAP, name, dst);
            case "atomic_fetch_add" -> fetch(AtomicOp.FETCH_ADD, dst);
            case "atomic_fetch_or" -> fetch(AtomicOp.FETCH_OR, dst);
            case "atomic_fetch_and" -> fetch(AtomicOp.FETCH_AND, dst);
            case "atomic_fetch_xor" -> fetch(AtomicOp.FETCH_XOR, dst);
            case "xchg_64" -> exchange(Size.DW, dst);
            case "xchg32_32" -> exchange(Size.W, dst);
            case "cmpxchg_64" -> compareExchange(Size.DW, name, dst);
            case "cmpxchg32_32" -> compareExchange(Size.W, name, dst);
            case "load_acquire" -> loadAcquire(dst);
            case "addr_space_cast" -> throw Tokens.bad(name, "addr_space_cast is not supported");
            default -> throw Tokens.bad(name, "expected a register, a number, a load or an operation, found " + name.shown());
        };
    }

    /// `map[counter] ll` or `map[counter][8] ll`
    private Insn map(Named dst) {
        requireFull(dst);
        tokens.expect("[");
        var name = tokens.peek();
        int map = maps.indexOf(tokens.word("the name of a map"));
        if (map < 0) {
            throw Tokens.bad(name,
                    "unknown map %s, expected one of %s".formatted(name.shown(), maps.size() > 8 ? maps.size() + " maps" : maps));
        }
        tokens.expect("]");
        var insn = tokens.accept("[") ? mapValue(dst, map) : new Insn.LoadMap(dst.reg(), map);
        tokens.expect("ll");
        return insn;
    }

    private Insn mapValue(Named dst, int map) {
        int off = tokens.number("an offset of 32 bits", Integer.MIN_VALUE, Integer.MAX_VALUE);
        tokens.expect("]");
        return new Insn.LoadMapValue(dst.reg(), map, off);
    }

    private Insn swap(SwapOp op, Token name, Named dst) {
        requireFull(dst);
        tokens.sameRegister(dst);
        return new Insn.Swap(op, Integer.parseInt(name.text().substring(op.symbol().length())), dst.reg());
    }

    /// `r3 = atomic_fetch_add((u64 *)(r1 + 0), r3)`
    private Insn fetch(AtomicOp op, Named dst) {
        tokens.expect("(");
        var type = tokens.atomicType();
        var address = tokens.addressInParentheses();
        tokens.expect(",");
        requireFit(type, dst);
        tokens.sameRegister(dst);
        tokens.expect(")");
        return new Insn.Atomic(op, type.size(), address.base(), address.off(), dst.reg());
    }

    /// `r3 = xchg_64(r1 + 0, r3)`, `w3 = xchg32_32(r1 + 0, w3)`
    private Insn exchange(Size size, Named dst) {
        requireFit(new AccessType(size, false), dst);
        tokens.expect("(");
        var address = tokens.address();
        tokens.expect(",");
        tokens.sameRegister(dst);
        tokens.expect(")");
        return new Insn.Atomic(AtomicOp.XCHG, size, address.base(), address.off(), dst.reg());
    }

    /// `r0 = cmpxchg_64(r1 + 0, r0, r3)`, `w0 = cmpxchg32_32(r1 + 0, w0, w3)`
    private Insn compareExchange(Size size, Token name, Named dst) {
        var type = new AccessType(size, false);
        requireFit(type, dst);
        if (dst.reg() != Reg.R0) {
            throw Tokens.bad(name, "expected register 0 to receive the result of %s".formatted(name.text()));
        }
        tokens.expect("(");
        var address = tokens.address();
        tokens.expect(",");
        tokens.sameRegister(dst);
        tokens.expect(",");
        var src = tokens.register(type);
        tokens.expect(")");
        return new Insn.Atomic(AtomicOp.CMPXCHG, size, address.base(), address.off(), src);
    }

    /// `w1 = load_acquire((u8 *)(r2 + 0))`
    private Insn loadAcquire(Named dst) {
        tokens.expect("(");
        var type = tokens.unsignedPointerType();
        var address = tokens.addressInParentheses();
        tokens.expect(")");
        requireFit(type, dst);
        return new Insn.LoadAcquire(type.size(), dst.reg(), address.base(), address.off());
    }

    /// `store_release((u8 *)(r1 + 0), w2)`
    private Insn storeRelease() {
        tokens.expect("(");
        var type = tokens.unsignedPointerType();
        var address = tokens.addressInParentheses();
        tokens.expect(",");
        var src = tokens.register(type);
        tokens.expect(")");
        return new Insn.StoreRelease(type.size(), address.base(), address.off(), src);
    }

    /// `*(u32 *)(r1 + 0) = w2`, after the star.
    private Insn store() {
        var type = tokens.unsignedPointerType();
        var address = tokens.addressInParentheses();
        tokens.expect("=");
        var src = tokens.atRegister() ? tokens.register(type) : new Imm(tokens.imm32());
        return new Insn.Store(type.size(), address.base(), address.off(), src);
    }

    /// `lock *(u32 *)(r1 + 0) += w2`
    private Insn lock() {
        tokens.expect("*");
        var type = tokens.atomicType();
        var address = tokens.addressInParentheses();
        var op = switch (tokens.peek().text()) {
            case "+=" -> AtomicOp.ADD;
            case "|=" -> AtomicOp.OR;
            case "&=" -> AtomicOp.AND;
            case "^=" -> AtomicOp.XOR;
            default -> throw tokens.expected("'+=', '|=', '&=' or '^='");
        };
        tokens.next();
        return new Insn.Atomic(op, type.size(), address.base(), address.off(), tokens.register(type));
    }

    private Insn condition() {
        var dst = tokens.register();
        var cond = CONDS.get(tokens.peek().text());
        if (cond == null) {
            throw tokens.expected("a condition such as '==' or 's<'");
        }
        tokens.next();
        var src = tokens.operand(dst.width());
        tokens.expect("goto");
        return branch(new Insn.JumpIf(dst.width(), cond, dst.reg(), src, 0));
    }

    private Insn call() {
        if (atDistance() || tokens.atPc()) {
            return relativeCall();
        }
        if (tokens.atNumber()) {
            return new Insn.CallHelper(tokens.imm32());
        }
        var name = tokens.peek();
        tokens.word("a label, a helper's name or its number");
        if (name.is("kfunc") && tokens.peek().kind() != Lexer.Kind.END) {
            return kfunc();
        }
        // Labels are known only at the end.
        unresolved.add(new Unresolved(insns.size(), name, OptionalInt.empty()));
        return new Insn.Call(0);
    }

    private boolean atDistance() {
        return tokens.peek().is("+") || tokens.peek().is("-");
    }

    /// `call pc+7`: without `pc`, LLVM would read a helper number where a reader sees a distance.
    private Insn relativeCall() {
        if (!tokens.atPc()) {
            throw tokens.expected("a label, 'pc' and a distance, or a helper's name or number");
        }
        return branch(new Insn.Call(0));
    }

    /// `bpf_kfunc_st_ops_inc10`, `kf_weigh off 3`, `131073 off 3`, after the word `kfunc`
    private Insn kfunc() {
        int id = tokens.atNumber() ? tokens.imm32() : kfuncId(tokens.peek());
        int off = 0;
        if (tokens.accept("off")) {
            off = tokens.number("an offset of 16 bits", Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return new Insn.CallKfunc(id, off);
    }

    private int kfuncId(Token token) {
        return Kfunc
                .bySymbol(
                        tokens.word("a kfunc's name or its number"))
                .orElseThrow(
                        () -> Tokens
                                .bad(token,
                                        "unknown kfunc %s, expected one of %s".formatted(token.shown(),
                                                Stream.of(Kfunc.values()).map(Kfunc::symbol).collect(Collectors.joining(", ")))))
                .id();
    }

    /// Reads the target: a label, or a distance in LLVM's form `+1` or in the kernel's form `pc+1`.
    private Insn branch(Insn.Branch branch) {
        var token = tokens.peek();
        var distance = OptionalInt.empty();
        if (tokens.atPc()) {
            tokens.next();
        }
        if (atDistance()) {
            distance = (branch instanceof Insn.Jump(boolean far, _) && far) || branch instanceof Insn.Call
                    ? OptionalInt.of(tokens.number("a distance of 32 bits", Integer.MIN_VALUE, Integer.MAX_VALUE))
                    : OptionalInt.of(tokens.number("a distance of 16 bits", Short.MIN_VALUE, Short.MAX_VALUE));
        } else {
            tokens.word("a label, or '+' or '-' and a distance");
        }
        unresolved.add(new Unresolved(insns.size(), token, distance));
        return branch;
    }

    private void resolve() {
        var slots = new int[insns.size() + 1];
        for (int i = 0; i < insns.size(); i++) {
            slots[i + 1] = slots[i] + insns.get(i).slots();
        }
        for (var branch : unresolved) {
            insns.set(branch.insn, resolved((Insn.Branch) insns.get(branch.insn), branch, slots));
        }
    }

    private Insn resolved(Insn.Branch branch, Unresolved target, int[] slots) {
        var token = target.token;
        if (target.distance.isPresent()) {
            long slot = slots[target.insn + 1] + (long) target.distance.getAsInt();
            int insn = slot < 0 || slot >= slots[insns.size()] ? -1 : Arrays.binarySearch(slots, (int) slot);
            if (insn < 0) {
                throw Tokens.bad(token,
                        "no instruction begins at the target, slot %d of 0..%d".formatted(slot, slots[insns.size()] - 1));
            }
            return branch.retarget(insn);
        }
        var label = labels.get(token.text());
        if (label == null) {
            if (branch instanceof Insn.Call) {
                return new Insn.CallHelper(Helper.bySymbol(token.text()).orElseThrow(() -> Tokens.bad(token,
                        "%s is neither a label of this program nor a known helper".formatted(token.shown()))));
            }
            throw Tokens.bad(token, "undefined label %s".formatted(token.shown()));
        }
        if (label.insn == insns.size()) {
            throw Tokens.bad(token, "label %s is after the last instruction".formatted(token.shown()));
        }
        return branch.retarget(label.insn);
    }

    private void requireFull(Named dst) {
        requireFit(new AccessType(Size.DW, false), dst);
    }

    private void requireFit(AccessType type, Named dst) {
        if (!type.fits(dst)) {
            throw Tokens.bad(tokens.peek(), "expected %s on the left side, found %s".formatted(dst.reg().symbol(Width.W64),
                    dst.reg().symbol(dst.width())));
        }
    }

    private static <T> Map<String, T> bySymbol(T[] values, Function<T, String> symbol) {
        return Stream.of(values).collect(Collectors.toMap(symbol, Function.identity()));
    }
}
