package dev.tailbound.run.kernel;

import dev.tailbound.cases.Bytes;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Xlated;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// A program loaded in a kernel: the instructions after the verifier's rewrites, and the machine code of its functions.
///
/// @param xlated    as returned by the kernel; see [#rewritten()]
/// @param maps      index in the case for each kernel map id in it
/// @param functions empty if the kernel has not compiled it
public record KernelProgram(String name, Bytes xlated, Map<Integer, Integer> maps, List<Function> functions) {
    public KernelProgram {
        maps = Map.copyOf(maps);
        functions = List.copyOf(functions);
    }

    /// The machine code of a function.
    public record Function(long address, Bytes code) {}

    /// Reads the answer to [AgentRequest#dump] for the program `loaded`.
    static KernelProgram read(ByteBuffer answer, Program loaded) {
        require(loaded, answer.getInt());
        int xlatedLength = answer.getInt();
        int jitedLength = answer.getInt();
        int symbols = answer.getInt();
        int lengths = answer.getInt();
        int used = answer.getInt();
        var xlated = bytes(answer, xlatedLength);
        var code = bytes(answer, jitedLength);
        var addresses = bytes(answer, symbols * Long.BYTES);
        var sizes = bytes(answer, lengths * Integer.BYTES);
        var numbers = bytes(answer, used * Integer.BYTES);
        require(loaded, answer.getInt());
        var functions = new ArrayList<Function>();
        for (int i = 0; i < lengths; i++) {
            var bytes = new byte[sizes.getInt()];
            code.get(bytes);
            functions.add(new Function(addresses.getLong(), Bytes.of(bytes)));
        }
        var maps = new HashMap<Integer, Integer>();
        for (int map : mapsInOrder(loaded)) {
            maps.put(numbers.getInt(), map);
        }
        var instructions = new byte[xlatedLength];
        xlated.get(instructions);
        return new KernelProgram(loaded.name(), Bytes.of(instructions), maps, functions);
    }

    private static void require(Program loaded, int error) {
        if (error != 0) {
            throw new BadInput("program " + loaded.name(),
                    "the kernel does not return the loaded program: " + KernelError.describe(error));
        }
    }

    private static ByteBuffer bytes(ByteBuffer answer, int length) {
        var bytes = answer.slice(answer.position(), length).order(ByteOrder.LITTLE_ENDIAN);
        answer.position(answer.position() + (length + Integer.BYTES - 1 & -Integer.BYTES));
        return bytes;
    }

    /// Kernels list the maps of a program in the order of its instructions.
    private static List<Integer> mapsInOrder(Program loaded) {
        return loaded.insns().stream().flatMap(insn -> switch (insn) {
            case Insn.LoadMap(_, int map) -> Stream.of(map);
            case Insn.LoadMapValue(_, int map, _) -> Stream.of(map);
            default -> Stream.<Integer>of();
        }).distinct().toList();
    }

    /// The rewritten instructions, see [Xlated#decode].
    public Program rewritten() {
        return Xlated.decode(name, xlated.toArray(), maps::get);
    }
}
