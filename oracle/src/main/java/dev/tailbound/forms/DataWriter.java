package dev.tailbound.forms;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Insn;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Collectors;

/// Writes a case as a `.data` file of bpf_conformance, which [DataFile] reads back to the same program, memory and result.
///
/// The program is written as words of `-- raw`: the assembly of that dialect has no form for some instructions. Comments show it as in verifier logs.
final class DataWriter {
    private static final int BYTES_PER_LINE = 16;

    private DataWriter() {}

    /// Throws [BadInput], which has no place, if the file cannot hold a part of the case.
    static String write(Case source) {
        requireHeld(source);
        var text = new StringBuilder();
        source.comment().lines().forEach(line -> text.append("# ").append(line).append('\n'));
        if (source.context() instanceof Context.Mem memory && memory.data().length() > 0) {
            text.append("-- mem\n").append(hex(memory.data().toArray()));
        }
        text.append("-- raw\n").append(words(source));
        var expected = source.expectation();
        text.append(expected.expectsRejection() ? "-- error\n" + oneLine(expected.rejected()) + "\n"
                : "-- result\n0x%x\n".formatted(expected.r0().orElseThrow()));
        return text.toString();
    }

    private static void requireHeld(Case source) {
        var required = new Held(source, "a .data file");
        required.oneProgramWithoutMaps();
        var program = source.entryProgram();
        required.that(program.insns().stream().noneMatch(Insn.CallHelper.class::isInstance),
                "calls of helpers, whose numbers depend on the runtime");
        required.that(source.context() instanceof Context.Mem || !ContextUse.mayRead(program), "a context of a socket buffer");
        required.that(source.expectation().expectsRejection() || source.expectation().r0().isPresent(),
                "a case without the expected r0");
    }

    private static String words(Case source) {
        var program = source.entryProgram();
        if (program.malformed().isPresent()) {
            return program.malformed().get().slots().stream().map("0x%016x\n"::formatted).collect(Collectors.joining());
        }
        var code = ByteBuffer.wrap(Encoder.encode(program)).order(ByteOrder.LITTLE_ENDIAN);
        var lines = XlatedPrinter.print(program, List.of()).lines().toList();
        var words = new StringBuilder();
        for (int i = 0; i < program.size(); i++) {
            for (int slot = program.slotOf(i); slot < program.slotOf(i + 1); slot++) {
                words.append("0x%016x".formatted(code.getLong(Long.BYTES * slot))).append(slot == program.slotOf(i)
                        ? " # " + lines.get(i)
                        : "").append('\n');
            }
        }
        return words.toString();
    }

    private static String hex(byte[] bytes) {
        var text = new StringBuilder();
        for (int i = 0; i < bytes.length; i++) {
            text.append("%02x".formatted(bytes[i] & 0xff))
                    .append(i % BYTES_PER_LINE == BYTES_PER_LINE - 1 || i == bytes.length - 1 ? '\n' : ' ');
        }
        return text.toString();
    }

    private static String oneLine(String reason) {
        return reason.replaceAll("[#\\p{Cntrl}]", " ").strip();
    }
}
