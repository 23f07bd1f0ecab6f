package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tailbound.isa.BadInput;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/// Rewritten instructions and machine code of a case's programs in a kernel, loaded without [Probes] and with empty slots.
///
/// @param programs in the order of the case
/// @param maps     names of the maps by index; after the case's own maps come Tailbound's, such as the one for a `mem` context
/// @param callBase address that helper call distances are relative to, `__bpf_call_base`
/// @param symbols  the kernel's symbol names of addresses
public record KernelDump(List<KernelProgram> programs, List<String> maps, long callBase, Symbols symbols) {
    private static final String CALL_BASE = "__bpf_call_base";

    /// Looks up the kernel's symbol names of addresses; omits addresses where no symbol starts.
    public interface Symbols {
        Map<Long, String> names(Collection<Long> addresses);
    }

    /// Loads the programs into the kernel; throws [BadInput] if the case does not fit the kernel, or if it rejects a program.
    public static KernelDump of(KernelEngine engine, VerifiedCase verified) {
        var obstacle = KernelFit.obstacleToLoading(verified, engine.image());
        if (obstacle.isPresent()) {
            throw new BadInput(engine.name(), obstacle.get());
        }
        var written = new CaseMarshaller(verified, true, Set.of());
        var request = new AgentRequest();
        written.writeDump(request);
        request.address(CALL_BASE);
        return read(engine.answer(request), written, addresses -> names(engine, addresses));
    }

    static KernelDump read(ByteBuffer answer, CaseMarshaller written, Symbols symbols) {
        var programs = written.readDump(answer);
        require(answer);
        return new KernelDump(programs, written.mapNames(), answer.getLong(), symbols);
    }

    private static Map<Long, String> names(KernelEngine engine, Collection<Long> addresses) {
        var asked = List.copyOf(new TreeSet<>(addresses));
        var names = new HashMap<Long, String>();
        for (int from = 0; from < asked.size(); from += AgentRequest.NAMES) {
            var some = asked.subList(from, Math.min(asked.size(), from + AgentRequest.NAMES));
            var request = new AgentRequest();
            request.names(some);
            names.putAll(readNames(engine.answer(request), some));
        }
        return names;
    }

    static Map<Long, String> readNames(ByteBuffer answer, List<Long> addresses) {
        require(answer);
        var names = new HashMap<Long, String>();
        for (long address : addresses) {
            var name = new byte[answer.getInt()];
            answer.get(name).position(answer.position() + (-name.length & Integer.BYTES - 1));
            if (name.length > 0) {
                names.put(address, new String(name, US_ASCII));
            }
        }
        return names;
    }

    private static void require(ByteBuffer answer) {
        int error = answer.getInt();
        if (error != 0) {
            throw new BadInput("/proc/kallsyms of the guest", "cannot be read: " + KernelError.describe(error));
        }
    }
}
