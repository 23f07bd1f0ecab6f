package dev.tailbound.forms;

import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.InsnReader;
import dev.tailbound.forms.c.Slot;
import dev.tailbound.isa.Kfunc;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The operands of an `asm` statement: replacements of `%[name]` in its text.
final class AsmOperands {
    /// Meanings of names outside of the statement.
    interface Names {
        /// The text of the address of a map or variable, such as `map[counter]`; empty if it is neither.
        String address(String name);
    }

    private final CScope scope;
    private final Names names;
    private final Map<String, String> texts = new HashMap<>();
    private final Map<String, List<Slot>> insns = new HashMap<>();

    AsmOperands(CScope scope, Names names) {
        this.scope = scope;
        this.names = names;
    }

    /// Takes the operands of a section; throws [dev.tailbound.isa.BadInput].
    void add(CTokens section) {
        section.split().forEach(this::operand);
    }

    /// The replacement of `%[name]`; null if it is not an operand.
    String text(String name) {
        return texts.get(name);
    }

    /// The instruction of `.8byte %[name]`; null if it is none.
    List<Slot> insn(String name) {
        return insns.get(name);
    }

    private void operand(CTokens operand) {
        var kind = operand.peek();
        if (kind.is("__clobber_all") || kind.is("__clobber_common") || kind.kind() == CToken.Kind.STRING) {
            return;
        }
        if (kind.is("[")) {
            plain(operand);
            return;
        }
        operand.word("an operand such as __imm(name)");
        var arguments = operand.inside("(").split();
        if (arguments.isEmpty()) {
            throw operand.bad(kind, "expected a name in %s".formatted(kind.shown()));
        }
        var name = arguments.getFirst().copy().word("a name");
        var last = arguments.getLast();
        switch (kind.text()) {
            case "__imm" -> texts.put(name, function(last));
            case "__imm_const" -> texts.put(name, Long.toString(scope.constant(last).bits()));
            case "__imm_addr" -> texts.put(name, address(last, ""));
            case "__imm_ptr" -> texts.put(name, address(last, " ll"));
            case "__imm_insn" -> insns.put(name, InsnReader.read(last, scope));
            default -> throw operand.bad(kind,
                    "expected __imm, __imm_const, __imm_addr, __imm_ptr or __imm_insn, found %s".formatted(kind.shown()));
        }
    }

    /// `[name] "i" (expression)`, `[name] "i" (&map)`
    private void plain(CTokens operand) {
        var name = operand.inside("[").word("a name");
        var constraint = operand.peek();
        if (!operand.string("a constraint").equals("i")) {
            throw operand.bad(constraint,
                    "expected an operand with the constraint \"i\", found %s".formatted(constraint.shown()));
        }
        var value = operand.inside("(");
        if (value.accept("&")) {
            texts.put(name, address(value, ""));
        } else if (value.peek().isWord() && value.peek(1).kind() == CToken.Kind.END && scope.ifConstant(value).isEmpty()) {
            texts.put(name, function(value));
        } else {
            texts.put(name, Long.toString(scope.constant(value).bits()));
        }
    }

    /// A helper, a kernel function or a function of the file, which `call` takes; or a constant that a `#define` names.
    private String function(CTokens name) {
        var constant = scope.ifConstant(name);
        if (constant.isPresent()) {
            return Long.toString(constant.get().bits());
        }
        var function = name.word("a function");
        return Kfunc.bySymbol(function).isPresent() ? "kfunc " + function : function;
    }

    /// @param suffix what an operand that is a pointer has after it, and one that is an address has in the text
    private String address(CTokens operand, String suffix) {
        var token = operand.peek();
        var address = names.address(operand.word("a map or variable"));
        if (address.isEmpty()) {
            throw operand.bad(token, "%s is no map or variable that this file defines".formatted(token.shown()));
        }
        return address + suffix;
    }
}
