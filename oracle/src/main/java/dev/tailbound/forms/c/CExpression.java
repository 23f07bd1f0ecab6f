package dev.tailbound.forms.c;

import java.math.BigInteger;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// A constant expression of C: integers, names, casts, `sizeof`, `offsetof`, and the operators, with the types that C gives them.
final class CExpression {
    private static final int MAX_DEPTH = 64;
    private static final BigInteger MAX_U64 = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);

    /// From those that bind least.
    private static final List<Set<String>> LEVELS = List.of(Set.of("||"), Set.of("&&"), Set.of("|"), Set.of("^"), Set.of("&"),
            Set.of("==", "!="), Set.of("<", ">", "<=", ">="), Set.of("<<", ">>"), Set.of("+", "-"), Set.of("*", "/", "%"));

    private final CTokens tokens;
    private final CScope scope;
    private int depth;

    CExpression(CTokens tokens, CScope scope) {
        this.tokens = tokens;
        this.scope = scope;
    }

    /// The value of all tokens; throws [dev.tailbound.isa.BadInput].
    CValue whole() {
        var value = conditional();
        if (!tokens.atEnd()) {
            throw tokens.expected("the end of a constant expression");
        }
        return value;
    }

    private CValue conditional() {
        var condition = binary(0);
        if (!tokens.accept("?")) {
            return condition;
        }
        enter();
        var yes = conditional();
        tokens.expect(":");
        var no = conditional();
        depth--;
        return condition.bits() != 0 ? yes : no;
    }

    private CValue binary(int level) {
        if (level == LEVELS.size()) {
            return unary();
        }
        var left = binary(level + 1);
        while (tokens.peek().kind() == CToken.Kind.MARK && LEVELS.get(level).contains(tokens.peek().text())) {
            var operator = tokens.next();
            var right = binary(level + 1);
            if ((operator.is("/") || operator.is("%")) && right.bits() == 0) {
                throw tokens.bad(operator, "division by 0 in a constant expression");
            }
            left = left.apply(operator.text(), right);
        }
        return left;
    }

    private CValue unary() {
        enter();
        var value = operand();
        depth--;
        return value;
    }

    private void enter() {
        if (++depth > MAX_DEPTH) {
            throw tokens.bad(tokens.peek(), "expression nested more than %d deep".formatted(MAX_DEPTH));
        }
    }

    private CValue operand() {
        var first = tokens.peek();
        if (first.is("-") || first.is("+") || first.is("~") || first.is("!")) {
            tokens.next();
            return unary().apply(first.text());
        }
        if (first.is("(")) {
            return parenthesis();
        }
        return switch (first.kind()) {
            case NUMBER -> number(tokens.next());
            case CHARACTER -> character(tokens.next());
            case WORD -> word();
            case STRING, MARK, END -> throw tokens.expected("a constant");
        };
    }

    private CValue parenthesis() {
        var inside = tokens.inside("(");
        if (!scope.types().atType(inside)) {
            return nested(inside).whole();
        }
        var type = scope.types().type(inside);
        if (!inside.atEnd()) {
            throw inside.expected("')' after a type");
        }
        int size = (int) Math.min(type.size(), Long.BYTES);
        return unary().cast(size, type.isUnsigned());
    }

    private CExpression nested(CTokens inside) {
        var nested = new CExpression(inside, scope);
        nested.depth = depth;
        return nested;
    }

    private CValue character(CToken token) {
        if (token.text().length() != 1) {
            throw tokens.bad(token, "expected a constant of one character, found %s".formatted(token.shown()));
        }
        return CValue.of((byte) token.text().charAt(0));
    }

    private CValue word() {
        var word = tokens.next();
        return switch (word.text()) {
            case "sizeof" -> size();
            case "offsetof", "__builtin_offsetof" -> offset();
            case "BPF_OP" -> masked(0xf0);
            case "BPF_SRC" -> masked(0x08);
            case "BPF_CLASS" -> masked(0x07);
            case "BPF_SIZE" -> masked(0x18);
            case "BPF_MODE" -> masked(0xe0);
            default -> scope.value(word).orElseThrow(() -> tokens.bad(word, "unknown constant %s".formatted(word.shown())));
        };
    }

    private CValue masked(int mask) {
        return nested(tokens.inside("(")).whole().apply("&", CValue.of(mask));
    }

    private CValue size() {
        var type = tokens.inside("(");
        if (!scope.types().atType(type)) {
            throw type.expected("a type in sizeof");
        }
        var declared = scope.types().declarator(type, scope.types().type(type));
        if (!type.atEnd()) {
            throw type.expected("the end of a type");
        }
        return CValue.ofSize(declared.type().size());
    }

    private CValue offset() {
        var arguments = tokens.inside("(");
        var type = scope.types().type(arguments);
        arguments.expect(",");
        return CValue.ofSize(scope.types().member(arguments, type).offset());
    }

    private CValue number(CToken token) {
        var text = token.text().toLowerCase(Locale.ROOT);
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == 'u' || text.charAt(end - 1) == 'l')) {
            end--;
        }
        var suffix = text.substring(end);
        int radix = text.startsWith("0x") ? 16 : text.startsWith("0b") ? 2 : text.startsWith("0") ? 8 : 10;
        var digits = text.substring(radix == 16 || radix == 2 ? 2 : 0, end);
        if (digits.isEmpty() || digits.length() > 64 || !digits.chars().allMatch(c -> Character.digit(c, radix) >= 0)) {
            throw tokens.bad(token, "expected a number, found %s".formatted(token.shown()));
        }
        var value = new BigInteger(digits, radix);
        if (value.compareTo(MAX_U64) > 0) {
            throw tokens.bad(token, "expected a number of at most 64 bits, found %s".formatted(token.shown()));
        }
        boolean isLong = suffix.contains("l") || value.bitLength() > (radix == 10 && !suffix.contains("u") ? 31 : 32);
        boolean isUnsigned = suffix.contains("u") || value.bitLength() == (isLong ? 64 : 32);
        return new CValue(value.longValue(), isLong, isUnsigned);
    }
}
