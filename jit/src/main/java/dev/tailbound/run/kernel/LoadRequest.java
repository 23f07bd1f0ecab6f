package dev.tailbound.run.kernel;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Program;
import dev.tailbound.run.Outcome;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/// Request to load the programs of an unverified case, of which only the bytes are known.
final class LoadRequest {
    private static final int CALL = 0x85;
    private static final int PSEUDO_CALL = 1;

    private final Case source;

    LoadRequest(Case source) {
        this.source = source;
    }

    /// Reason why the kernel cannot load the case; empty if it can.
    static Optional<String> obstacle(Case source, KernelImage kernel) {
        if (source.context() instanceof Context.Mem) {
            return Optional.of("a kernel's programs have no memory as context");
        }
        if (!source.attachments().isEmpty()) {
            return Optional.of("attached programs are loaded into a kernel only if the verifier accepts them");
        }
        return KernelFit.obstacleToLoading(source, kernel);
    }

    void write(AgentRequest request) {
        CaseMarshaller.writeMaps(request, source.maps());
        for (var program : source.programs()) {
            var code = Encoder.encode(program);
            var functions = functions(code);
            request.program(code, functions.size() > 1 ? functions : List.of());
        }
    }

    /// Start slots of functions: 0 and call targets, found in arbitrary bytes as by the kernel's `add_subprog_and_kfunc`.
    static List<Integer> functions(byte[] code) {
        var bytes = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
        var starts = new TreeSet<Integer>();
        starts.add(0);
        for (int slot = 0; slot < code.length / Long.BYTES; slot++) {
            int at = slot * Long.BYTES;
            if ((bytes.get(at) & 0xff) == CALL && bytes.get(at + 1) >> 4 == PSEUDO_CALL) {
                starts.add(slot + 1 + bytes.getInt(at + Integer.BYTES));
            }
        }
        return List.copyOf(starts);
    }

    Loading read(ByteBuffer answer) {
        var refusal = CaseMarshaller.readObjects(answer, source.maps(), source.programs().stream().map(Program::name).toList(),
                new ArrayList<>());
        return switch (refusal) {
            case null -> new Loading.Loaded();
            case Outcome.Refused(var reason) -> new Loading.Refused(reason);
            case Outcome.Inapplicable(var reason) -> new Loading.NotAsked(reason);
            case Outcome.Returned _,Outcome.Trapped _,Outcome.OverBudget _ ->
                throw new IllegalStateException("an answer to a load that was run: " + refusal);
        };
    }
}
