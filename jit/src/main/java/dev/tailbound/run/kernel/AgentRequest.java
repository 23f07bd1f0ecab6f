package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// A request to the agent, encoded as 32-bit words; `agent.c` decodes them.
///
/// Maps and programs are numbered in creation order per case. The answer to each step except the first starts with an error number.
final class AgentRequest {
    private static final int BEGIN = 1;
    private static final int MAP = 2;
    private static final int FILL = 3;
    private static final int PROGRAM = 4;
    private static final int SLOT = 5;
    private static final int RUN = 6;
    private static final int READ = 7;
    private static final int DUMP = 8;
    private static final int PERISH = 9;
    private static final int ADDRESS = 10;
    private static final int NAMED = 11;
    private static final int TARGET = 12;
    private static final int ATTACHED = 13;
    private static final int ATTACH = 14;

    /// Maximum number of names per request.
    static final int NAMES = 1024;

    /// The kernel's numbers of map types.
    enum MapType {
        ARRAY(2), PROG_ARRAY(3);

        private final int number;

        MapType(int number) {
            this.number = number;
        }
    }

    /// The kernel's attach type numbers.
    enum AttachType {
        FENTRY(24), FEXIT(25);

        private final int number;

        AttachType(int number) {
            this.number = number;
        }
    }

    private static final int KEY_SIZE = 4;

    private ByteBuffer words = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    /// Starts a case and closes all objects of the last one.
    void begin() {
        words(BEGIN);
    }

    void map(MapType type, int valueSize, int entries) {
        words(MAP, type.number, KEY_SIZE, valueSize, entries, 0);
    }

    /// `value` must have the map's value size.
    void fill(int map, int key, byte[] value) {
        words(FILL, map, key);
        bytes(value);
    }

    /// Loads a program; `functions` are the start slots of its functions, empty if it has only one. The answer also has the number of compiled
    /// functions, 0 if the interpreter runs the program, and the log.
    void program(byte[] code, List<Integer> functions) {
        words(PROGRAM);
        load(code, functions);
    }

    /// The same for an attach target; `functions` has at least one slot.
    void target(byte[] code, List<Integer> functions) {
        words(TARGET);
        load(code, functions);
    }

    /// The same for a program to be attached before or after a function of a program loaded with [#target].
    void attached(AttachType when, int target, int function, byte[] code, List<Integer> functions) {
        words(ATTACHED, when.number, target, function);
        load(code, functions);
    }

    private void load(byte[] code, List<Integer> functions) {
        words(functions.size());
        functions.forEach(this::words);
        words(code.length / Long.BYTES);
        bytes(code);
    }

    /// Attaches a program loaded with [#attached].
    void attach(int program) {
        words(ATTACH, program);
    }

    void slot(int map, int key, int program) {
        words(SLOT, map, key, program);
    }

    /// A test run on a packet of `length` zero bytes. The answer also has the result's lower half and the context.
    void run(int program, int length, byte[] context) {
        words(RUN, program, length);
        bytes(context);
    }

    /// The answer has the values, at their stride, *before* the error number.
    void read(int map) {
        words(READ, map);
    }

    /// The answer also has the data for [KernelProgram#read].
    void dump(int program) {
        words(DUMP, program);
    }

    /// The answer also has the symbol's address; 0 if the kernel has none.
    void address(String symbol) {
        words(ADDRESS, symbol.length());
        bytes(symbol.getBytes(US_ASCII));
    }

    /// The answer also has, for each of at most [#NAMES] addresses, the length of its symbol name and the name.
    void names(List<Long> addresses) {
        words(NAMED, addresses.size());
        addresses.forEach(address -> words(address.intValue(), (int) (address >>> Integer.SIZE)));
    }

    /// Makes the kernel panic or loop forever.
    void perish(boolean loop) {
        words(PERISH, loop ? 1 : 0);
    }

    /// Appends the steps of another request.
    void append(AgentRequest other) {
        reserve(other.length());
        words.put(other.content());
    }

    /// The step loads a program, which runs the kernel's verifier and JIT.
    static boolean isLoading(int step) {
        return step == PROGRAM || step == TARGET || step == ATTACHED;
    }

    int length() {
        return words.position();
    }

    ByteBuffer content() {
        return words.duplicate().order(ByteOrder.LITTLE_ENDIAN).flip();
    }

    private void words(int... numbers) {
        reserve(numbers.length * Integer.BYTES);
        for (int number : numbers) {
            words.putInt(number);
        }
    }

    private void bytes(byte[] content) {
        int rounded = content.length + Integer.BYTES - 1 & -Integer.BYTES;
        reserve(rounded);
        words.put(content).position(words.position() + rounded - content.length);
    }

    private void reserve(int more) {
        if (words.remaining() < more) {
            var larger = ByteBuffer.allocate(Math.max(2 * words.capacity(), words.position() + more))
                    .order(ByteOrder.LITTLE_ENDIAN);
            words = larger.put(words.flip());
        }
    }
}
