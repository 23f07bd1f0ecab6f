package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/// What the agent is to do, as a sequence of 32-bit words; `agent.c` reads them in the same order.
///
/// Maps and programs are numbered in the order in which a case makes them; each step but the first answers with an error number first.
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

    /// How many names can be asked for at once.
    static final int NAMES = 1024;

    /// The kernel's numbers of map types.
    enum MapType {
        ARRAY(2), PROG_ARRAY(3);

        private final int number;

        MapType(int number) {
            this.number = number;
        }
    }

    /// The kernel's numbers of the ways in which programs are attached to functions.
    enum AttachType {
        FENTRY(24), FEXIT(25);

        private final int number;

        AttachType(int number) {
            this.number = number;
        }
    }

    private static final int KEY_SIZE = 4;

    private ByteBuffer words = ByteBuffer.allocate(1 << 16).order(ByteOrder.LITTLE_ENDIAN);

    /// A new case: all that the last one made is closed.
    void begin() {
        words(BEGIN);
    }

    void map(MapType type, int valueSize, int entries) {
        words(MAP, type.number, KEY_SIZE, valueSize, entries, 0);
    }

    /// `value` is as long as the map's values.
    void fill(int map, int key, byte[] value) {
        words(FILL, map, key);
        bytes(value);
    }

    /// Loads a program; `functions` are the slots at which its functions begin, empty where it has only one. Answers also with a log.
    void program(byte[] code, List<Integer> functions) {
        words(PROGRAM);
        load(code, functions);
    }

    /// The same for a program that others are attached to; `functions` has one at least.
    void target(byte[] code, List<Integer> functions) {
        words(TARGET);
        load(code, functions);
    }

    /// The same for a program that is to run before or after a function of a program that was loaded as a [#target].
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

    /// Has a program that was loaded as [#attached] run from now on.
    void attach(int program) {
        words(ATTACH, program);
    }

    void slot(int map, int key, int program) {
        words(SLOT, map, key, program);
    }

    /// A test run over `length` bytes of zeros. Answers also with the result's lower half and the context.
    void run(int program, int length, byte[] context) {
        words(RUN, program, length);
        bytes(context);
    }

    /// Answers with the values, at their stride, *before* the error number.
    void read(int map) {
        words(READ, map);
    }

    /// Answers also with what [KernelProgram#read] reads.
    void dump(int program) {
        words(DUMP, program);
    }

    /// Answers also with the symbol's address; 0 where the kernel has none.
    void address(String symbol) {
        words(ADDRESS, symbol.length());
        bytes(symbol.getBytes(US_ASCII));
    }

    /// Answers also, for each of at most [#NAMES] addresses, with the length of the name that the kernel has for it, and the name.
    void names(List<Long> addresses) {
        words(NAMED, addresses.size());
        addresses.forEach(address -> words(address.intValue(), (int) (address >>> Integer.SIZE)));
    }

    /// Has the kernel die, or loop forever.
    void perish(boolean loop) {
        words(PERISH, loop ? 1 : 0);
    }

    /// All that the other one asks for comes after this.
    void append(AgentRequest other) {
        reserve(other.length());
        words.put(other.content());
    }

    /// The step has the kernel's verifier and JIT take a program in.
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
            var larger = ByteBuffer.allocate(Math.max(2 * words.capacity(), words.position() + more)).order(
                    ByteOrder.LITTLE_ENDIAN);
            words = larger.put(words.flip());
        }
    }
}
