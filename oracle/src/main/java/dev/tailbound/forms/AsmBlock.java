package dev.tailbound.forms;

import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmPrinter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The text of an `asm` statement, cut into statements of assembly in which operands and local labels have been replaced.
final class AsmBlock {
    private static final Pattern OPERAND = Pattern.compile("%(?:\\[(\\w+)\\]|(.?))");
    private static final Pattern RAW = Pattern.compile("\\.(?:8byte|quad)\\s+(?:%\\[(\\w+)\\]|(.+))");
    private static final Pattern LOCAL_LABEL = Pattern.compile("^\\s*(\\d+)\\s*:");
    private static final Pattern LOCAL_TARGET = Pattern.compile("(\\b(?:goto|gotol|call)\\s+)(\\d+)([bf])\\s*$");
    private static final Pattern PLUS_MINUS = Pattern.compile("\\+\\s*-(?=\\d)");

    /// A variable's address with an offset, which a case writes in the brackets.
    private static final Pattern VARIABLE_OFFSET = Pattern.compile("(map\\[[\\w.$]+])\\[0]\\s*\\+\\s*(\\d+)");

    private static final int JA = 0x05;
    private static final int GOTOL = 0x06;
    private static final int EXIT = 0x95;
    private static final int PSEUDO_CALL = 1;

    private final CTokens block;
    private final AsmOperands operands;
    /// The number that `%=` becomes, which makes this statement's labels unique.
    private final int unique;
    private final List<AsmStatement> statements = new ArrayList<>();
    /// The positions of numeric labels among the statements.
    private final Map<String, TreeSet<Integer>> labels = new HashMap<>();

    private AsmBlock(CTokens block, AsmOperands operands, int unique) {
        this.block = block;
        this.operands = operands;
        this.unique = unique;
    }

    /// Reads the parentheses of an `asm` statement; throws [BadInput].
    static List<AsmStatement> read(CTokens block, CScope scope, AsmOperands.Names names) {
        int line = block.peek().line();
        var template = block.until(":");
        var operands = new AsmOperands(scope, names);
        while (block.accept(":")) {
            operands.add(block.until(":"));
        }
        var reader = new AsmBlock(block, operands, line);
        for (var statement : cut(strings(template, scope))) {
            reader.statement(statement);
        }
        return reader.resolved();
    }

    /// The string literals of the template; a name may stand for some by a `#define` line.
    private static List<CToken> strings(CTokens template, CScope scope) {
        var strings = new ArrayList<CToken>();
        while (!template.atEnd()) {
            var token = template.peek();
            if (token.isWord() && scope.defines(token.text())) {
                template.next();
                for (var definition = scope.definition(token.text()); !definition.atEnd();) {
                    strings.add(literal(definition));
                }
            } else {
                strings.add(literal(template));
            }
        }
        return strings;
    }

    private static CToken literal(CTokens tokens) {
        if (tokens.peek().kind() != CToken.Kind.STRING) {
            throw tokens.expected("a string of assembly");
        }
        return tokens.next();
    }

    /// Cuts at semicolons and line ends, and drops comments, each of which may span several literals.
    private static List<AsmStatement> cut(List<CToken> strings) {
        var text = strings.stream().map(CToken::text).collect(Collectors.joining());
        var lines = strings.stream().flatMapToInt(string -> IntStream.generate(string::line).limit(string.text().length()))
                .toArray();
        var statements = new ArrayList<AsmStatement>();
        var statement = new StringBuilder();
        for (int i = 0, begin = 0; i <= text.length(); i++) {
            if (i == text.length() || text.charAt(i) == ';' || text.charAt(i) == '\n') {
                if (!statement.toString().isBlank()) {
                    statements.add(new AsmStatement(statement.toString(), lines[begin]));
                }
                statement.setLength(0);
                begin = i + 1;
            } else if (text.startsWith("/*", i)) {
                int end = text.indexOf("*/", i + 2);
                i = end < 0 ? text.length() - 1 : end + 1;
            } else if (text.charAt(i) == '#' || text.startsWith("//", i)) {
                int end = text.indexOf('\n', i);
                i = end < 0 ? text.length() - 1 : end - 1;
            } else {
                boolean isFirst = statement.isEmpty() && text.charAt(i) <= ' ';
                begin = isFirst || statement.isEmpty() ? i : begin;
                if (!isFirst) {
                    statement.append(text.charAt(i));
                }
            }
        }
        return statements;
    }

    private void statement(AsmStatement statement) {
        var text = statement.text().strip();
        for (var label = LOCAL_LABEL.matcher(text); label.find(); label = LOCAL_LABEL.matcher(text)) {
            labels.computeIfAbsent(label.group(1), _ -> new TreeSet<>()).add(statements.size());
            statements.add(new AsmStatement(label.group(1) + ":", statement.line()));
            text = text.substring(label.end()).strip();
        }
        if (text.isEmpty()) {
            return;
        }
        var raw = RAW.matcher(text);
        if (raw.find()) {
            var before = text.substring(0, raw.start());
            statements.add(new AsmStatement(before + raw(raw, statement.line()), statement.line()));
        } else {
            statements.add(new AsmStatement(substituted(text, statement.line()), statement.line()));
        }
    }

    private String substituted(String text, int line) {
        var operand = OPERAND.matcher(text);
        var replaced = operand.replaceAll(match -> Matcher.quoteReplacement(operand(match.group(1), match.group(2), line)));
        return VARIABLE_OFFSET.matcher(PLUS_MINUS.matcher(replaced).replaceAll("- ")).replaceAll("$1[$2]");
    }

    private String operand(String name, String other, int line) {
        if (name == null) {
            return switch (other) {
                case "=" -> Integer.toString(unique);
                case "%" -> "%";
                default ->
                    throw block.bad(line, "expected %%[name], %%= or %%%%, found %s".formatted(BadInput.quoted("%" + other)));
            };
        }
        var text = operands.text(name);
        if (text == null) {
            throw block.bad(line, "%s is no operand of this asm statement%s".formatted(BadInput.quoted("%[" + name + "]"),
                    operands.insn(name) == null ? "" : " but for .8byte"));
        }
        return text;
    }

    /// The text of an instruction given as a number.
    private String raw(Matcher raw, int line) {
        var slots = raw.group(1) == null ? null : operands.insn(raw.group(1));
        if (raw.group(1) != null && slots == null) {
            throw block.bad(line,
                    "%s is no __imm_insn of this asm statement".formatted(BadInput.quoted("%[" + raw.group(1) + "]")));
        }
        if (slots == null) {
            slots = List.of(slot(raw.group(2).strip(), line));
        }
        if (slots.size() != 1 || slots.getFirst().isWide()) {
            throw block.bad(line, ".8byte with an instruction of two slots is not supported, use 'll'");
        }
        return printed(slots.getFirst(), line);
    }

    private Slot slot(String number, int line) {
        try {
            long bits = number.startsWith("0x") ? Long.parseUnsignedLong(number.substring(2), 16) : Long.parseLong(number);
            return Slot.of(line, bits);
        } catch (NumberFormatException notNumber) {
            throw block.bad(line, ".8byte: expected %%[name] or a number, found %s".formatted(BadInput.quoted(number)));
        }
    }

    /// As assembly text. A branch is decoded with its next instruction as the target, which then gives way to the distance.
    private String printed(Slot slot, int line) {
        boolean isNear = slot.isConditionalJump() || slot.code() == JA;
        boolean isFar = slot.code() == GOTOL || (slot.isCall() && slot.src() == PSEUDO_CALL);
        var decoded = decoded(
                new Slot(line, slot.code(), slot.dst(), slot.src(), isNear ? 0 : slot.off(), isFar ? 0 : slot.imm(), ""));
        var text = AsmPrinter.print(decoded, 0, List.of());
        if (!isNear && !isFar) {
            return text;
        }
        var label = decoded.labels().get(1);
        return text.substring(0, text.length() - label.length()) + (slot.isCall() ? "pc" : "")
                + "%+d".formatted(isFar ? slot.imm() : slot.off());
    }

    private Program decoded(Slot slot) {
        try {
            return SlotProgram.decode("", "insn", List.of(slot, new Slot(slot.line(), EXIT, 0, 0, 0, 0, "")), Slot::imm);
        } catch (BadInput malformed) {
            throw block.bad(slot.line(), ".8byte: " + malformed.what());
        }
    }

    /// Numeric labels get names; `1b` is the last one before, `1f` the next one.
    private List<AsmStatement> resolved() {
        var resolved = new ArrayList<AsmStatement>();
        for (int i = 0; i < statements.size(); i++) {
            var statement = statements.get(i);
            var label = LOCAL_LABEL.matcher(statement.text());
            var target = LOCAL_TARGET.matcher(statement.text());
            if (label.find()) {
                resolved.add(new AsmStatement(localName(label.group(1), i) + ":", statement.line()));
            } else if (target.find()) {
                int definition = definition(target.group(2), i, target.group(3).equals("f"));
                resolved.add(new AsmStatement(
                        statement.text().substring(0, target.start()) + target.group(1) + localName(target.group(2), definition),
                        statement.line()));
            } else {
                resolved.add(statement);
            }
        }
        return resolved;
    }

    private int definition(String label, int from, boolean isForward) {
        var definitions = labels.getOrDefault(label, new TreeSet<>());
        var definition = isForward ? definitions.higher(from) : definitions.lower(from);
        if (definition == null) {
            throw block.bad(statements.get(from).line(), "undefined local label %s".formatted(BadInput.quoted(label + (isForward
                    ? "f"
                    : "b"))));
        }
        return definition;
    }

    private String localName(String label, int at) {
        return "l%s_%d_%d".formatted(label, unique, at);
    }
}
