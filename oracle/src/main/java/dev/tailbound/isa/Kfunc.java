package dev.tailbound.isa;

import java.util.List;
import java.util.Optional;

/// A kernel function that programs may call and every engine offers: the number of its type (BTF id) and its name.
///
/// The kernel itself has all of them; each of a case's modules has those that [#isInModules()]. What they do is deterministic:
///
/// | kfunc | arguments | does |
/// |---|---|---|
/// | `bpf_kfunc_st_ops_inc10` | memory of eight bytes | adds 10 to it, returns what it is then |
/// | `bpf_kfunc_st_ops_inc100` | memory of eight bytes | adds 100 to it, returns what it is then |
/// | `kf_weigh` | four numbers | `a + 2b + 3c + 4d` |
/// | `kf_origin` | a number | its upper half, and below that which module this is: 0 for the kernel itself, the n-th module of the case n |
/// | `kf_note` | a number | nothing, returns nothing |
/// | `bpf_cast_to_kern_ctx` | the context | returns it |
/// | `bpf_rdonly_cast` | memory of a map or the context, the number of a type | returns the memory, for reading only |
///
/// Kernels let a program read what `bpf_rdonly_cast` returns as the type has it, by loads that give 0 where there is no memory. Cases have no
/// types: here it can be read as far as the memory goes, which is always there.
@SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
public enum Kfunc {
    // @formatter:off
    INC10 (0x20001, "bpf_kfunc_st_ops_inc10",  List.of(Parameter.MEMORY)),
    INC100(0x20002, "bpf_kfunc_st_ops_inc100", List.of(Parameter.MEMORY)),
    WEIGH (0x20003, "kf_weigh",                List.of(Parameter.NUMBER, Parameter.NUMBER, Parameter.NUMBER, Parameter.NUMBER)),
    ORIGIN(0x20004, "kf_origin",               List.of(Parameter.NUMBER)),
    NOTE  (0x20005, "kf_note",                 List.of(Parameter.NUMBER)),
    CAST  (0x20006, "bpf_cast_to_kern_ctx",    List.of(Parameter.CONTEXT)),
    RDONLY(0x20007, "bpf_rdonly_cast",         List.of(Parameter.OBJECT, Parameter.TYPE));
    // @formatter:on

    /// What a parameter takes.
    public enum Parameter {
        NUMBER, MEMORY, CONTEXT,
        /// Memory of any size, of which nothing is read.
        OBJECT,
        /// A number that is the same on each path.
        TYPE
    }

    private static final List<Kfunc> ALL = List.of(values());

    private final int id;
    private final String symbol;
    private final List<Parameter> parameters;

    Kfunc(int id, String symbol, List<Parameter> parameters) {
        this.id = id;
        this.symbol = symbol;
        this.parameters = parameters;
    }

    public int id() {
        return id;
    }

    /// The name as assembly text writes it after `call kfunc`.
    public String symbol() {
        return symbol;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public boolean returnsValue() {
        return this != NOTE;
    }

    /// One that the verifier treats by itself, and which generated code must not call: no module has it.
    public boolean isSpecial() {
        return isInlined();
    }

    /// `KF_FASTCALL`: it is inlined always, and leaves alone all registers but R0 and its arguments.
    public boolean isFastcall() {
        return isInlined();
    }

    /// The call is nothing but `r0 = r1` to the verifier.
    public boolean isInlined() {
        return this == CAST || this == RDONLY;
    }

    public boolean isInModules() {
        return !isSpecial();
    }

    public static Optional<Kfunc> byId(int id) {
        for (var kfunc : ALL) {
            if (kfunc.id == id) {
                return Optional.of(kfunc);
            }
        }
        return Optional.empty();
    }

    public static Optional<Kfunc> bySymbol(String symbol) {
        return ALL.stream().filter(kfunc -> kfunc.symbol.equals(symbol)).findFirst();
    }
}
