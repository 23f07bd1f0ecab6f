package dev.tailbound.isa;

import java.util.List;
import java.util.Optional;

/// A kernel function that programs may call and every engine offers: its BTF id and its name.
///
/// The kernel itself has all of them; each module of a case has those that [#isInModules()]. All are deterministic:
///
/// | kfunc | arguments | does |
/// |---|---|---|
/// | `bpf_kfunc_st_ops_inc10` | memory of eight bytes | adds 10 to it, returns the sum |
/// | `bpf_kfunc_st_ops_inc100` | memory of eight bytes | adds 100 to it, returns the sum |
/// | `kf_weigh` | four numbers | `a + 2b + 3c + 4d` |
/// | `kf_origin` | a number | its upper half; the lower half is the module: 0 for the kernel itself, n for the n-th module of the case |
/// | `kf_note` | a number | nothing, returns no value |
/// | `bpf_cast_to_kern_ctx` | the context | returns it |
/// | `bpf_rdonly_cast` | memory of a map or the context, a BTF type id | returns a read-only pointer to the memory |
///
/// Kernels let a program read the result of `bpf_rdonly_cast` as the type's layout allows, and loads from unmapped memory return 0. Cases have no
/// types: here only existing memory can be read.
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
        /// Memory of any size that the function does not read.
        OBJECT,
        /// A known constant: a BTF type id.
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

    /// The name after `call kfunc` in assembly text.
    public String symbol() {
        return symbol;
    }

    public List<Parameter> parameters() {
        return parameters;
    }

    public boolean returnsValue() {
        return this != NOTE;
    }

    /// A special kfunc of the verifier: generated code must not call it, and no module has it.
    public boolean isSpecial() {
        return isInlined();
    }

    /// `KF_FASTCALL`: always inlined; changes only R0 and its arguments.
    public boolean isFastcall() {
        return isInlined();
    }

    /// The verifier replaces the call by `r0 = r1`.
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
