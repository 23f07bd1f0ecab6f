package dev.tailbound.coverage;

/// A number or size in a case, counted by magnitude.
///
/// Each range is the kernel's, or as much of it as the generator crosses now and then; [#title()] names the counted things.
public enum Measure {
    // @formatter:off
    PROGRAMS        ("programs of a case", 1, 64),
    FUNCTIONS       ("functions of a program", 1, 256),
    CALL_DEPTH      ("calls above a function", 0, 7),
    TAIL_CALL_DEPTH ("calls above a tail call", 0, 7),
    ARGUMENTS       ("arguments that a subprogram reads", 0, 5),
    STACK           ("bytes of a function's stack", 0, 512),
    FUNCTION_SLOTS  ("slots of a function", 2, 65_536),
    JUMP_FORWARD    ("slots between a jump and a later target", 0, 65_536),
    JUMP_BACK       ("slots between a jump and an earlier target", 2, 64),
    ARRAY_ENTRIES   ("entries of a program array", 1, 4096),
    FILLED_SLOT     ("number of a filled slot", 0, 4095),
    CONSTANT_INDEX  ("constant index of a filled slot", 0, 4095),
    ATTACHED        ("programs attached to one function", 1, 38),
    SAME_KIND       ("programs of one kind attached to one function", 1, 38),
    VALUE_SIZE      ("bytes of a map value", 1, 131_072),
    VALUE_OFFSET    ("offset of a map value's address", 0, 131_071),
    OFFSET          ("offset of an access", 0, 32_767),
    NEGATIVE_OFFSET ("negative offset of an access, not to the stack", 1, 32_767),
    IMMEDIATE       ("immediate, or its complement if it is negative", 0, Integer.MAX_VALUE),
    PERIOD          ("period of an immediate of repeated rotated ones", 2, 64);
    // @formatter:on

    private final String title;
    private final int low;
    private final int high;

    Measure(String title, int low, int high) {
        this.title = title;
        this.low = low;
        this.high = high;
    }

    public String title() {
        return title;
    }

    /// The magnitudes of its range: the first and the last that may occur.
    public int lowest() {
        return magnitude(low);
    }

    public int highest() {
        return magnitude(high);
    }

    /// Magnitude 0 is the number 0, magnitude `m` the numbers from `1 << m - 1` to `(1 << m) - 1`.
    static int magnitude(int number) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(number);
    }
}
