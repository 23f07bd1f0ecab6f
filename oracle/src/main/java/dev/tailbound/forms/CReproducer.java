package dev.tailbound.forms;

import dev.tailbound.forms.BpfCall.Alias;
import dev.tailbound.forms.BpfCall.MapCreate;
import dev.tailbound.forms.BpfCall.MapUpdate;
import dev.tailbound.forms.BpfCall.ProgLoad;
import dev.tailbound.forms.BpfCall.TestRun;
import dev.tailbound.forms.c.CScope;
import dev.tailbound.forms.c.CToken;
import dev.tailbound.forms.c.CToken.Kind;
import dev.tailbound.forms.c.CTokens;
import dev.tailbound.forms.c.Slot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads C programs of `syz-prog2c`: their writes to fixed addresses and their `bpf(2)` calls, in source order.
///
/// ```
/// *(uint32_t*)0x20000100 = 1;
/// memcpy((void*)0x20000140, "\xb7\x00\x00\x00", 4);
/// res = syscall(__NR_bpf, /*cmd=*/5ul, /*arg=*/0x20000100ul, /*size=*/0x94ul);
/// if (res != -1) r[0] = res;
/// ```
final class CReproducer {
    private static final Set<String> TYPES = Set.of("uint8_t", "uint16_t", "uint32_t", "uint64_t");
    private static final int MAP_CREATE = 0;
    private static final int MAP_UPDATE_ELEM = 2;
    private static final int PROG_LOAD = 5;
    private static final int PROG_TEST_RUN = 10;
    /// For all programs together; kernels accept as many in one.
    private static final int MAX_SLOTS = 1_000_000;
    private static final int MAX_FILLED = 1 << 20;
    private static final int MAX_CALLS = 10_000;

    private final CTokens tokens;
    private final CScope scope;
    private final WrittenMemory memory = new WrittenMemory();
    private final List<BpfCall> calls = new ArrayList<>();
    private long filled;
    private int slots;

    private CReproducer(CTokens.File file) {
        tokens = file.tokens();
        scope = file.scope();
    }

    /// Throws [dev.tailbound.isa.BadInput].
    static List<BpfCall> read(Source source) {
        var program = new CReproducer(CTokens.lex(source.file(), source.text()));
        while (!program.tokens.atEnd()) {
            program.step();
        }
        return program.calls;
    }

    /// `syscall(__NR_bpf,`
    static boolean atCall(CTokens tokens) {
        return tokens.peek().is("syscall") && tokens.peek(1).is("(")
                && (tokens.peek(2).is("__NR_bpf") || tokens.peek(2).is("SYS_bpf"));
    }

    /// `*(uint32_t*)0x20000000 =`
    static boolean atStore(CTokens tokens) {
        return tokens.peek().is("*") && tokens.peek(1).is("(") && TYPES.contains(tokens.peek(2).text()) && tokens.peek(3).is("*")
                && tokens
                        .peek(4).is(")")
                && tokens.peek(5).kind() == Kind.NUMBER;
    }

    private static boolean atFunction(CTokens tokens, String name) {
        return tokens.peek().is(name) && tokens.peek(1).is("(");
    }

    private void step() {
        if (atStore(tokens)) {
            store();
        } else if (atFunction(tokens, "memcpy")) {
            copy();
        } else if (atFunction(tokens, "memset")) {
            fill();
        } else if (atFunction(tokens, "STORE_BY_BITMASK")) {
            bits();
        } else if (atCall(tokens)) {
            call();
        } else if (tokens.peek().is("r") && tokens.peek(1).is("[") && tokens.peek(4).is("=")) {
            result();
        } else {
            tokens.next();
        }
    }

    private void store() {
        tokens.next();
        int size = Integer.parseInt(tokens.inside("(").next().text().replaceAll("\\D", "")) / Byte.SIZE;
        long address = address(tokens.until("=", ";"));
        if (!tokens.accept("=")) {
            return;
        }
        var value = tokens.until(";", ")");
        if (isResult(value)) {
            memory.writeResult(address, size, resultName(value));
        } else {
            memory.write(address, size, constant(value));
        }
    }

    /// Expressions that are not constant, such as `htobe16(x)`, are ignored.
    private long constant(CTokens value) {
        return scope.ifConstant(value).map(constant -> constant.bits()).orElse(0L);
    }

    private long address(CTokens expression) {
        return scope.constant(expression).bits();
    }

    /// `r[0]`
    private static boolean isResult(CTokens value) {
        return value.peek().is("r") && value.peek(1).is("[") && value.peek(2).kind() == Kind.NUMBER && value.peek(3).is("]");
    }

    private static String resultName(CTokens value) {
        return "r" + value.peek(2).text();
    }

    /// The arguments after a function's name, if the first is `(void*)` and a constant.
    private List<CTokens> arguments(int count) {
        tokens.next();
        var arguments = tokens.inside("(").split();
        if (arguments.size() != count || !arguments.getFirst().peek().is("(")
                || scope.ifConstant(arguments.getFirst()).isEmpty()) {
            return List.of();
        }
        return arguments;
    }

    private void copy() {
        var arguments = arguments(3);
        if (!arguments.isEmpty() && arguments.get(1).peek().kind() == Kind.STRING) {
            var bytes = arguments.get(1).string("bytes").getBytes(StandardCharsets.ISO_8859_1);
            int length = Math.clamp(constant(arguments.get(2)), 0, bytes.length);
            long address = address(arguments.get(0));
            for (int i = 0; i < length; i++) {
                memory.write(address + i, 1, bytes[i]);
            }
        }
    }

    private void fill() {
        var arguments = arguments(3);
        if (!arguments.isEmpty()) {
            long address = address(arguments.get(0));
            long length = constant(arguments.get(2));
            filled += length;
            if (length < 0 || filled > MAX_FILLED || filled < 0) {
                throw tokens.bad(tokens.peek(), "memset of more than %d bytes in all".formatted(MAX_FILLED));
            }
            for (int i = 0; i < length; i++) {
                memory.write(address + i, 1, constant(arguments.get(1).copy()));
            }
        }
    }

    /// `STORE_BY_BITMASK(uint8_t, , ADDRESS, VALUE, FIRST_BIT, BITS)`
    private void bits() {
        tokens.next();
        var arguments = tokens.inside("(").split();
        if (arguments.size() == 6 && TYPES.contains(arguments.getFirst().peek().text())
                && scope.ifConstant(arguments.get(2)).isPresent()) {
            int size = Integer.parseInt(arguments.getFirst().peek().text().replaceAll("\\D", "")) / Byte.SIZE;
            long address = address(arguments.get(2));
            long first = constant(arguments.get(4)) & 63;
            long mask = -1L >>> (64 - Math.clamp(constant(arguments.get(5)), 1, 64)) << first;
            memory.write(address, size, (memory.read(address, size) & ~mask) | ((constant(arguments.get(3)) << first) & mask));
        }
    }

    /// `r[0] = res;` names the result of the last call; `r[1] = *(uint32_t*)0x20000000;` reads the value written there.
    private void result() {
        var name = resultName(tokens);
        tokens.until("=");
        tokens.next();
        if (tokens.peek().is("res") && !calls.isEmpty()) {
            calls.set(calls.size() - 1, named(calls.getLast(), name));
        } else if (atStore(tokens)) {
            tokens.next();
            tokens.inside("(");
            var written = memory.result(address(tokens.until(";", ")")));
            if (!written.isEmpty()) {
                calls.add(new Alias(name, written));
            }
        }
    }

    private static BpfCall named(BpfCall call, String name) {
        return switch (call) {
            case MapCreate map -> new MapCreate(name, map.line(), map.type(), map.keySize(), map.valueSize(), map.entries());
            case ProgLoad program -> new ProgLoad(name, program.line(), program.type(), program.slots(), program.unreadable());
            case MapUpdate _,TestRun _,Alias _ -> call;
        };
    }

    private void call() {
        var at = tokens.next();
        if (calls.size() >= MAX_CALLS) {
            throw tokens.bad(at, "more than %d calls of bpf".formatted(MAX_CALLS));
        }
        var arguments = tokens.inside("(").split();
        if (arguments.size() < 3 || scope.ifConstant(arguments.get(1)).isEmpty()
                || scope.ifConstant(arguments.get(2)).isEmpty()) {
            return;
        }
        long attribute = address(arguments.get(2));
        switch ((int) constant(arguments.get(1))) {
            case MAP_CREATE -> calls.add(new MapCreate("map_" + calls.size(), at.line(), u32(attribute), u32(attribute + 4),
                    u32(attribute + 8), u32(attribute + 12)));
            case MAP_UPDATE_ELEM -> update(at, attribute);
            case PROG_LOAD -> calls.add(ProgLoad.of("prog_" + calls.size(), at.line(), u32(attribute),
                    () -> slots(at, memory.read(attribute + 8, 8), u32(attribute + 4))));
            case PROG_TEST_RUN -> calls.add(new TestRun(memory.result(attribute)));
            default -> {
                // Other commands do not affect a case.
            }
        }
    }

    private int u32(long address) {
        return (int) memory.read(address, Integer.BYTES);
    }

    private void update(CToken at, long attribute) {
        long value = memory.read(attribute + 16, 8);
        calls.add(new MapUpdate(memory.result(attribute), at.line(), u32(memory.read(attribute + 8, 8)), memory.bytes(value),
                memory.result(value)));
    }

    private List<Slot> slots(CToken at, long address, int count) {
        if (count < 1 || count > MAX_SLOTS - this.slots) {
            throw tokens.bad(at, "the program has %d instructions, expected 1..%d".formatted(Integer.toUnsignedLong(count),
                    MAX_SLOTS - this.slots));
        }
        this.slots += count;
        var slots = new ArrayList<Slot>();
        for (int i = 0; i < count; i++) {
            long slot = address + 8L * i;
            if (!memory.isWritten(slot, Long.BYTES)) {
                throw tokens.bad(at, "the program has %d instructions, found %d at 0x%x".formatted(count, i, address));
            }
            slots.add(Slot.of(at.line(), memory.read(slot, 8)).withMap(memory.result(slot + 4)));
        }
        return slots;
    }
}
