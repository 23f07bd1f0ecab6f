package dev.tailbound.text;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.math.BigInteger;
import java.util.List;
import java.util.Locale;

/// A cursor over tokens that reads the parts of instructions: registers, numbers, types, addresses.
final class Tokens {

    /// A register under its 64-bit name (`r3`) or its 32-bit one (`w3`).
    record Named(Reg reg, Width width) {}

    /// `u8`..`u64`, `s8`..`s32`
    record AccessType(Size size, boolean signed) {
        /// Whether the register can hold a value of this type; narrow unsigned values may use either name.
        boolean fits(Named register) {
            return register.width() == Width.W64 || (size != Size.DW && !signed);
        }
    }

    /// `base + off`
    record Address(Reg base, int off) {}

    private static final BigInteger MIN_S32 = BigInteger.valueOf(Integer.MIN_VALUE);
    private static final BigInteger MAX_U32 = BigInteger.valueOf(0xffff_ffffL);
    private static final BigInteger MIN_S64 = BigInteger.valueOf(Long.MIN_VALUE);
    private static final BigInteger MAX_U64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    private final List<Lexer.Token> tokens;
    private int at;

    Tokens(List<Lexer.Token> tokens) {
        this.tokens = tokens;
    }

    Lexer.Token peek() {
        return tokens.get(at);
    }

    /// The token after the next one.
    Lexer.Token second() {
        return tokens.get(Math.min(at + 1, tokens.size() - 1));
    }

    /// Repeats the last token, an END, at the end of the text.
    Lexer.Token next() {
        var token = tokens.get(at);
        if (at + 1 < tokens.size()) {
            at++;
        }
        return token;
    }

    boolean atLast() {
        return at + 1 == tokens.size();
    }

    boolean accept(String text) {
        if (peek().is(text)) {
            next();
            return true;
        }
        return false;
    }

    void expect(String... texts) {
        for (var text : texts) {
            if (!accept(text)) {
                throw expected("'" + text + "'");
            }
        }
    }

    void expectEnd() {
        if (next().kind() != Lexer.Kind.END) {
            at--;
            throw expected("the end of the statement");
        }
    }

    String word(String what) {
        if (peek().kind() != Lexer.Kind.WORD) {
            throw expected(what);
        }
        return next().text();
    }

    /// Whether the next token is or looks like a register.
    boolean atRegister() {
        var text = peek().text();
        if (text.length() < 2 || peek().kind() != Lexer.Kind.WORD || "rRwW".indexOf(text.charAt(0)) < 0) {
            return false;
        }
        return text.chars().skip(1).allMatch(c -> c >= '0' && c <= '9');
    }

    Named register() {
        if (!atRegister()) {
            throw expected("a register");
        }
        var text = peek().text().toLowerCase(Locale.ROOT);
        for (int number = 0; number <= 10; number++) {
            if (text.substring(1).equals(Integer.toString(number))) {
                next();
                return new Named(Reg.of(number), text.charAt(0) == 'r' ? Width.W64 : Width.W32);
            }
        }
        throw expected("a register, r0..r10 or w0..w10");
    }

    Reg register(Width width) {
        var token = peek();
        var register = register();
        if (register.width() != width) {
            throw bad(token, "expected %s, found %s".formatted(register.reg().symbol(width), token.shown()));
        }
        return register.reg();
    }

    /// A register, by either name, that can hold a value of the type.
    Reg register(AccessType type) {
        var token = peek();
        var register = register();
        if (!type.fits(register)) {
            throw bad(token, "expected %s, found %s".formatted(register.reg().symbol(Width.W64), token.shown()));
        }
        return register.reg();
    }

    /// Repetition of the register on the left side, for instructions with a single register.
    void sameRegister(Named expected) {
        var token = peek();
        if (!register().equals(expected)) {
            throw bad(token, "expected %s again, found %s".formatted(expected.reg().symbol(expected.width()), token.shown()));
        }
    }

    Operand operand(Width width) {
        return atRegister() ? register(width) : new Imm(imm32());
    }

    boolean atNumber() {
        return peek().kind() == Lexer.Kind.NUMBER || peek().is("-") || peek().is("+");
    }

    /// Whether a number followed by `ll` is next.
    boolean atWideConstant() {
        int number = peek().kind() == Lexer.Kind.NUMBER ? at : at + 1;
        return number + 1 < tokens.size() && tokens.get(number + 1).is("ll");
    }

    /// Whether `pc` and a sign are next: a distance in the kernel's form.
    boolean atPc() {
        return peek().is("pc") && (second().is("+") || second().is("-"));
    }

    /// As in LLVM: fits 32 bits, signed or unsigned, or is a sign extension of 32 bits to 64; 0xffffffff and 0xffffffffffffffff are -1.
    int imm32() {
        var token = peek();
        var value = number("an immediate of 32 bits", MIN_S32, MAX_U64);
        if (value.compareTo(MAX_U32) > 0 && value.longValue() != value.intValue()) {
            throw bad(token, "expected an immediate of 32 bits, found %s".formatted(value));
        }
        return value.intValue();
    }

    long imm64() {
        return number("a constant of 64 bits", MIN_S64, MAX_U64).longValue();
    }

    int number(String what, int min, int max) {
        return number(what, BigInteger.valueOf(min), BigInteger.valueOf(max)).intValueExact();
    }

    private BigInteger number(String what, BigInteger min, BigInteger max) {
        var token = peek();
        boolean negative = accept("-");
        if (!negative) {
            accept("+");
        }
        if (peek().kind() != Lexer.Kind.NUMBER) {
            throw expected("a number");
        }
        var magnitude = magnitude(next());
        var value = negative ? magnitude.negate() : magnitude;
        if (value.compareTo(min) < 0 || value.compareTo(max) > 0) {
            throw bad(token, "expected %s, found %s".formatted(what, value));
        }
        return value;
    }

    private static BigInteger magnitude(Lexer.Token token) {
        var text = token.text();
        boolean hex = text.startsWith("0x") || text.startsWith("0X");
        var digits = hex ? text.substring(2) : text;
        // Rejected because LLVM reads a leading zero as octal.
        boolean octal = !hex && digits.length() > 1 && digits.charAt(0) == '0';
        if (digits.isEmpty() || digits.length() > 20 || octal || digits.chars().anyMatch(c -> Character.digit(c, hex ? 16
                : 10) < 0)) {
            throw bad(token,
                    "expected a number, decimal or 0x and hexadecimal, of up to 20 digits, found %s".formatted(token.shown()));
        }
        return new BigInteger(digits, hex ? 16 : 10);
    }

    AccessType type() {
        var type = switch (peek().text()) {
            case "u8" -> new AccessType(Size.B, false);
            case "u16" -> new AccessType(Size.H, false);
            case "u32" -> new AccessType(Size.W, false);
            case "u64" -> new AccessType(Size.DW, false);
            case "s8" -> new AccessType(Size.B, true);
            case "s16" -> new AccessType(Size.H, true);
            case "s32" -> new AccessType(Size.W, true);
            default -> throw expected("a type, u8..u64 or s8..s32");
        };
        next();
        return type;
    }

    /// `(u32 *)`
    AccessType pointerType() {
        expect("(");
        var type = type();
        expect("*", ")");
        return type;
    }

    /// [#pointerType()] for an access without sign extension.
    AccessType unsignedPointerType() {
        var token = second();
        var type = pointerType();
        if (type.signed()) {
            throw bad(token, "expected an unsigned type, found %s".formatted(token.shown()));
        }
        return type;
    }

    /// [#pointerType()] of 32 or 64 bits.
    AccessType atomicType() {
        var token = second();
        var type = unsignedPointerType();
        if (type.size().bytes() < 4) {
            throw bad(token, "expected u32 or u64, found %s".formatted(token.shown()));
        }
        return type;
    }

    /// `r1 + 8`; sign and offset are mandatory.
    Address address() {
        var base = register(Width.W64);
        if (!peek().is("+") && !peek().is("-")) {
            throw expected("'+' or '-' and an offset");
        }
        return new Address(base, number("an offset of 16 bits", Short.MIN_VALUE, Short.MAX_VALUE));
    }

    /// `(r1 + 8)`
    Address addressInParentheses() {
        expect("(");
        var address = address();
        expect(")");
        return address;
    }

    BadInput expected(String what) {
        return bad(peek(), "expected %s, found %s".formatted(what, peek().shown()));
    }

    static BadInput bad(Lexer.Token token, String what) {
        return new BadInput(Integer.toString(token.line()), what);
    }
}
