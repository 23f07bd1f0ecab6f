package dev.tailbound.forms;

import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Kfunc;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The text of one instruction as kernels print it (kernel/bpf/disasm.c, which bpftool contains too), and the same for [dev.tailbound.text.AsmParser].
///
/// `r3 = atomic64_fetch_add((u64 *)(r1 +0), r3)` is `r3 = atomic_fetch_add((u64 *)(r1 +0), r3)` there.
final class KernelText {
    /// The reason why the text cannot be an instruction of a case.
    static final class Unsupported extends Exception {
        private static final long serialVersionUID = 1L;

        Unsupported(String reason) {
            super(reason);
        }
    }

    private static final String REG = "[rw]\\d+";
    private static final String OPERAND = "(?:" + REG + "|-?\\d+|-?0x[0-9a-f]+)";
    private static final String MEMORY = "\\([us]\\d+ \\*\\)\\(r\\d+ ?[+-]\\d+\\)";

    /// What is an instruction as a whole, so that no beginning of one is another one; the details are the assembler's to check.
    private static final Pattern WHOLE = Pattern
            .compile(
                    String.join("|",
                            List.of(REG + " (?:s?[-+*/%]|[|&^]|<<|s?>>)= " + OPERAND,
                                    REG + " = (?:" + OPERAND + "|-" + REG + "|\\(s\\d+\\) ?" + REG + "|(?:le|be|bswap)\\d+ " + REG
                                            + ")",
                                    REG + " = \\*" + MEMORY, REG + " = map\\[[^\\]]+\\](?:\\[0\\])?(?:\\+-?\\d+)?",
                                    "\\*" + MEMORY + " = " + OPERAND, "lock \\*" + MEMORY + " [-+|&^]= " + REG,
                                    REG + " = atomic(?:64)?_(?:fetch_)?\\w+\\(" + MEMORY + ", (?:r0, )?" + REG + "\\)",
                                    REG + " = load_acquire\\(" + MEMORY + "\\)", "store_release\\(" + MEMORY + ", " + REG + "\\)",
                                    "if " + REG + " \\S+ " + OPERAND + " goto pc[+-]\\d+", "gotol? pc[+-]\\d+",
                                    "call pc[+-]\\d+(?:#\\S+)?", "call \\S+#-?\\d+", "exit|nospec")));

    private static final Pattern CALL = Pattern.compile("call (\\S+)#(-?\\d+)");
    private static final Pattern ATOMIC = Pattern.compile(
            "(.* = )atomic(64)?_(xchg|cmpxchg)\\(\\(u\\d+ \\*\\)\\((r\\d+ ?[+-]\\d+)\\)(, .*\\))");
    private static final Pattern OPERATION_OF_A_MAP = Pattern.compile("\\w*_map_(lookup|update|delete)_elem");

    private KernelText() {}

    /// Whether the text is an instruction, and not the beginning of one that a mail client has broken.
    static boolean isWhole(String text) {
        return WHOLE.matcher(text).matches();
    }

    /// The assembler's statement, whose references to maps are still `map[...]` as in the text; throws [Unsupported].
    static String statement(String text, boolean wide) throws Unsupported {
        var call = CALL.matcher(text);
        if (call.matches()) {
            return "call " + callee(call.group(1), call.group(2));
        }
        var atomic = ATOMIC.matcher(text);
        if (atomic.matches()) {
            return atomic.group(1) + atomic.group(3) + (atomic.group(2) == null ? "32_32(" : "_64(") + atomic.group(4)
                    + atomic.group(5);
        }
        if (text.equals("nospec")) {
            // A barrier that computes nothing. A replacement of the same size preserves jump offsets.
            return "goto +0";
        }
        refuseUnsupported(text);
        return text.replace("atomic64_fetch_", "atomic_fetch_") + (wide ? " ll" : "");
    }

    private static String callee(String name, String number) throws Unsupported {
        if (name.startsWith("pc")) {
            return name;
        }
        if (Helper.bySymbol(name).isPresent()) {
            return name;
        }
        if (Kfunc.bySymbol(name).isPresent()) {
            return "kfunc " + name;
        }
        var operation = OPERATION_OF_A_MAP.matcher(name);
        if (operation.matches()) {
            return "bpf_map_" + operation.group(1) + "_elem";
        }
        if (name.matches("(?:bpf_)?unspec") || name.startsWith("0x")) {
            throw new Unsupported(
                    "expected the name of a helper, found %s#%s: the dump was made where kernel addresses are hidden"
                            .formatted(name, number));
        }
        throw new Unsupported(
                "expected a call of one of the helpers %s, found %s#%s".formatted(KnownHelpers.names(), name, number));
    }

    private static void refuseUnsupported(String text) throws Unsupported {
        for (var row : UNSUPPORTED) {
            if (row.pattern.matcher(text).find()) {
                throw new Unsupported(row.reason);
            }
        }
    }

    private record Row(Pattern pattern, String reason) {
        Row(String regex, String reason) {
            this(Pattern.compile(regex), reason);
        }
    }

    // @formatter:off
    private static final List<Row> UNSUPPORTED = List.of(
        new Row("\\br1[12]\\b|\\bw1[12]\\b",   "r11 and r12 are registers of the verifier: cases hold code before its rewrites"),
        new Row("__percpu",                    "only the verifier's rewrites access per-CPU variables: cases hold code before them"),
        new Row("skb\\[",                      "packet access (LD ABS, LD IND) is not supported"),
        new Row("subprog\\[",                  "the address of a subprogram (callback) is not supported"),
        new Row("addr_space_cast",             "addr_space_cast is not supported"),
        new Row("may_goto|goto_or_nop|gotox|callx", "may_goto, goto_or_nop, gotox and callx are not supported"),
        new Row("^(?:BUG|not a|unknown)",      "the kernel's printer does not know this instruction"));
    // @formatter:on

    /// A reference to a map: `map[id:7]`, `map[idx:0]+16`, `map[id:7][0]+16`, `map[name]`.
    static final Pattern MAP = Pattern.compile("map\\[(?:id:|idx:)?([^\\]]+)\\](\\[0\\])?(?:\\+(-?\\d+))?");

    /// The match of [#MAP] in a text, if any.
    static Optional<Matcher> map(String text) {
        var matcher = MAP.matcher(text);
        return matcher.find() ? Optional.of(matcher) : Optional.empty();
    }
}
