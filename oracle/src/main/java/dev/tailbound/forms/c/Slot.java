package dev.tailbound.forms.c;

/// The fields of a `struct bpf_insn`, eight bytes of a program.
///
/// @param line of the file
/// @param map  of `ld_imm64`: the name of the map in place of the immediate, such as a variable; empty if the immediate identifies it
public record Slot(int line, int code, int dst, int src, int off, int imm, String map) {
    private static final int LD_IMM64 = 0x18;
    private static final int PSEUDO_MAP = 1;
    private static final int PSEUDO_MAP_VALUE = 2;
    private static final int CALL = 0x85;
    private static final int TAIL_CALL = 12;
    private static final int JMP = 5;
    private static final int JMP32 = 6;
    private static final int EXIT_OPERATION = 0x90;

    /// The slot of eight bytes, as a little-endian number.
    public static Slot of(int line, long bits) {
        return new Slot(line, (int) (bits & 0xff), (int) (bits >> 8 & 0xf), (int) (bits >> 12 & 0xf), (short) (bits >> 16),
                (int) (bits >> 32), "");
    }

    /// The first half of an `ld_imm64` of a map, or of the address of its value.
    public boolean namesMap() {
        return isWide() && (src == PSEUDO_MAP || src == PSEUDO_MAP_VALUE);
    }

    /// An `ld_imm64`: the next slot belongs to it.
    public boolean isWide() {
        return code == LD_IMM64;
    }

    /// A call of anything.
    public boolean isCall() {
        return code == CALL;
    }

    /// A jump with a condition, of either width.
    public boolean isConditionalJump() {
        int operation = code & 0xf0;
        boolean isOfClass = (code & 7) == JMP || (code & 7) == JMP32;
        return isOfClass && operation != 0 && operation != (CALL & 0xf0) && operation != EXIT_OPERATION;
    }

    public boolean isTailCall() {
        return isCall() && src == 0 && imm == TAIL_CALL;
    }

    public Slot withImm(int changed) {
        return new Slot(line, code, dst, src, off, changed, map);
    }

    /// The same, with a name in place of the immediate.
    public Slot withMap(String name) {
        return new Slot(line, code, dst, src, off, imm, name);
    }
}
