package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.kernel.AgentRequest.AttachType;
import dev.tailbound.run.kernel.AgentRequest.MapType;
import dev.tailbound.verify.VerifiedCase;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Encodes one case as requests for kernel objects, a run and its results, and decodes the answers to an [Outcome].
final class CaseMarshaller {
    private static final int PACKET = 64;

    private final VerifiedCase verified;
    private final Case source;
    private final Probes probes;

    CaseMarshaller(VerifiedCase verified, boolean plain, Set<Workaround> mends) {
        this.verified = verified;
        source = verified.source();
        probes = new Probes(source.maps().size(), plain, mends);
    }

    /// Approximate size of the answer in bytes.
    static long answerSize(Case source) {
        long size = 1 << 10;
        for (var map : source.maps()) {
            size += map instanceof BpfMap.Array array ? (long) array.stride() * array.entries() : 0;
        }
        return size + (long) Integer.BYTES * (source.maps().size() + source.programs().size());
    }

    /// Writes all requests; throws [IllegalArgumentException] if a program cannot be encoded with its probes.
    void write(AgentRequest request) {
        writeObjects(request);
        writeSlots(request);
        writeAttachments(request);
        var context = new byte[Context.Skb.SIZE];
        int packet = PACKET;
        if (source.context() instanceof Context.Skb skb) {
            context = skb.image();
            ByteBuffer.wrap(context).putInt(Context.Skb.Field.LEN.offset(), 0); // given by the packet's length
            packet = skb.len();
        }
        request.run(source.programIndex(source.entry()), packet, context);
        for (int map = 0; map < maps().size(); map++) {
            if (maps().get(map) instanceof BpfMap.Array) {
                request.read(map);
            }
        }
    }

    /// Writes maps and programs.
    void writeObjects(AgentRequest request) {
        writeMaps(request, maps());
        for (int i = 0; i < source.programs().size(); i++) {
            load(request, i);
        }
    }

    /// Starts a case with these maps.
    static void writeMaps(AgentRequest request, List<BpfMap> maps) {
        request.begin();
        for (var map : maps) {
            switch (map) {
                case BpfMap.Array array -> request.map(MapType.ARRAY, array.valueSize(), array.entries());
                case BpfMap.ProgArray array -> request.map(MapType.PROG_ARRAY, Integer.BYTES, array.entries());
            }
        }
        for (int map = 0; map < maps.size(); map++) {
            if (maps.get(map) instanceof BpfMap.Array array) {
                int position = map;
                array.init().forEach((key, value) -> request.fill(position, key, value.toArray()));
            }
        }
    }

    private void load(AgentRequest request, int program) {
        var probed = probed(program);
        var code = Encoder.encode(probed.program());
        var functions = probed.functions().size() > 1 ? probed.functions() : List.<Integer>of();
        var name = source.programs().get(program).name();
        var attachment = source.attachments().of(name);
        if (attachment.isPresent()) {
            var what = attachment.get();
            int target = source.programIndex(what.target());
            request.attached(AttachType.valueOf(what.kind().name()), target, function(target, what.function()), code, functions);
        } else if (source.attachments().sites(name).isEmpty()) {
            request.program(code, functions);
        } else {
            request.target(code, probed.functions());
        }
    }

    /// Index of a function by its label, which is empty for the main function.
    private int function(int program, String label) {
        var functions = verified.facts().get(program).subprograms();
        return label.isEmpty() ? 0
                : IntStream.range(1, functions.size()).filter(i -> functions.get(i).name().equals(label)).findFirst()
                        .orElseThrow();
    }

    private void writeAttachments(AgentRequest request) {
        source.attachments().list().forEach(attachment -> request.attach(source.programIndex(attachment.program())));
    }

    private void writeSlots(AgentRequest request) {
        var indexes = source.programIndexes();
        for (int map = 0; map < maps().size(); map++) {
            if (maps().get(map) instanceof BpfMap.ProgArray array) {
                int position = map;
                array.slots().forEach((key, program) -> request.slot(position, key, indexes.get(program)));
            }
        }
    }

    private Probes.Probed probed(int program) {
        var written = source.programs().get(program);
        var its = source.attachments().of(written.name()).isPresent() ? probes.none() : probes;
        return its.probe(written, verified.facts().get(program), source.context());
    }

    /// Requests the objects and a dump of each loaded program.
    void writeDump(AgentRequest request) {
        writeObjects(request);
        for (int i = 0; i < source.programs().size(); i++) {
            request.dump(i);
        }
    }

    /// Reads the answers to [#writeDump]; throws [BadInput] if an object was rejected.
    List<KernelProgram> readDump(ByteBuffer answer) {
        switch (readObjects(answer)) {
            case Outcome.Refused(var reason) -> throw new BadInput("", reason.lines().findFirst().orElseThrow());
            case Outcome.Inapplicable(var reason) -> throw new BadInput("", reason);
            case null, default -> {
            }
        }
        return IntStream.range(0, source.programs().size()).mapToObj(i -> KernelProgram.read(answer, probed(i).program()))
                .toList();
    }

    /// Names of all maps that programs may refer to.
    List<String> mapNames() {
        return maps().stream().map(BpfMap::name).toList();
    }

    /// The case's maps, the probes' map, and one for a `mem` context.
    private List<BpfMap> maps() {
        var maps = new ArrayList<>(source.maps());
        maps.add(new BpfMap.Array("probes", Probes.VALUE_SIZE, 1, new TreeMap<>()));
        if (source.context() instanceof Context.Mem(var data)) {
            maps.add(new BpfMap.Array("context", Math.max(1, data.length()), 1, new TreeMap<>(Map.of(0, data))));
        }
        return maps;
    }

    /// Reads the answers to [#write]. A program that the JIT did not compile says nothing about the JIT.
    Outcome read(ByteBuffer answer) {
        var interpreted = new ArrayList<String>();
        var objects = readObjects(answer, maps(), source.programs().stream().map(Program::name).toList(), interpreted);
        var links = readLinks(answer);
        int runError = answer.getInt();
        int result = answer.getInt();
        var context = bytes(answer, Context.Skb.SIZE);
        var values = new ArrayList<Bytes>();
        for (var map : maps()) {
            values.add(map instanceof BpfMap.Array array ? values(answer, array) : Bytes.EMPTY);
        }
        if (objects != null || links != null) {
            return objects != null ? objects : links;
        }
        if (!interpreted.isEmpty()) {
            return new Outcome.Inapplicable("%s: the JIT compiles no such program".formatted(interpretedPhrase(interpreted)));
        }
        if (runError != 0) {
            return new Outcome.Refused("the test run: " + KernelError.describe(runError));
        }
        return new Outcome.Returned(observation(result, context, values));
    }

    /// Reason why an object was not created; null if all were.
    Outcome readObjects(ByteBuffer answer) {
        return readObjects(answer, maps(), source.programs().stream().map(Program::name).toList(), new ArrayList<>());
    }

    private static String interpretedPhrase(List<String> programs) {
        return Outcome.Inapplicable.INTERPRETED + "program" + (programs.size() > 1 ? "s " : " ") + String.join(", ", programs);
    }

    /// The same for these maps and programs; adds the accepted programs that the interpreter runs to `interpreted`.
    static Outcome readObjects(ByteBuffer answer, List<BpfMap> maps, List<String> programs, List<String> interpreted) {
        Outcome refusal = null;
        for (var map : maps) {
            refusal = first(refusal, answer.getInt(), "map " + map.name(), "");
        }
        for (var map : maps) {
            for (int i = 0; map instanceof BpfMap.Array array && i < array.init().size(); i++) {
                refusal = first(refusal, answer.getInt(), "a value of map " + map.name(), "");
            }
        }
        for (var program : programs) {
            int error = answer.getInt();
            if (answer.getInt() == 0 && error == 0) {
                interpreted.add(program);
            }
            var log = new String(bytes(answer, answer.getInt()), ISO_8859_1);
            refusal = first(refusal, error, "program " + program, log);
        }
        return refusal;
    }

    /// Reason why a slot was not filled or a program not attached; null if all were.
    private Outcome readLinks(ByteBuffer answer) {
        Outcome refusal = null;
        for (var map : maps()) {
            for (int i = 0; map instanceof BpfMap.ProgArray array && i < array.slots().size(); i++) {
                refusal = first(refusal, answer.getInt(), "a slot of map " + map.name(), "");
            }
        }
        for (var attachment : source.attachments().list()) {
            refusal = first(refusal, answer.getInt(),
                    "program %s, attached to %s".formatted(attachment.program(), attachment.site()), "");
        }
        return refusal;
    }

    private static Outcome first(Outcome before, int error, String what, String log) {
        if (before != null || error == 0) {
            return before;
        }
        var reason = what + ": " + KernelError.describe(error, log);
        return KernelError.isLimit(error) ? new Outcome.Inapplicable(reason.lines().findFirst().orElseThrow())
                : new Outcome.Refused(
                        reason);
    }

    private static byte[] bytes(ByteBuffer answer, int length) {
        var bytes = new byte[length];
        answer.get(bytes);
        answer.position(answer.position() + Integer.BYTES - 1 & -Integer.BYTES);
        return bytes;
    }

    /// Reads values without their padding, then an error number.
    private static Bytes values(ByteBuffer answer, BpfMap.Array array) {
        var values = new byte[array.valueSize() * array.entries()];
        for (int key = 0; key < array.entries(); key++) {
            answer.get(values, key * array.valueSize(), array.valueSize());
            answer.position(answer.position() + array.stride() - array.valueSize());
        }
        int error = answer.getInt();
        if (error != 0) {
            throw new IllegalStateException("map %s cannot be read: %s".formatted(array.name(), KernelError.describe(error)));
        }
        return Bytes.owning(values);
    }

    private Observation observation(int result, byte[] context, List<Bytes> values) {
        var ours = values.subList(0, source.maps().size());
        var unseen = EnumSet.of(Part.HELPER_CALLS);
        if (attachedProgramsTailCall()) {
            unseen.add(Part.TAIL_CALLS);
        }
        if (probes.plain()) {
            unseen.addAll(Set.of(Part.UPPER_R0, Part.TAIL_CALLS));
            return new Observation(result & 0xffff_ffffL, 0, ours, context(context, values), List.of(), List.of(), unseen);
        }
        var seen = ByteBuffer.wrap(values.get(source.maps().size()).toArray()).order(ByteOrder.LITTLE_ENDIAN);
        long r0 = seen.getLong(Probes.RESULT);
        var damage = (int) r0 == result ? List.<String>of()
                : List.of("the caller received 0x%x, but r0 was 0x%x at the exit".formatted(result, r0));
        return new Observation(r0, (int) seen.getLong(Probes.ENTERED) - 1, ours, context(context, values), List.of(), damage,
                unseen);
    }

    /// Such tail calls are not counted because attached programs have no probes.
    private boolean attachedProgramsTailCall() {
        return source.programs().stream().filter(program -> source.attachments().of(program.name()).isPresent()).anyMatch(
                program -> program.insns().stream().anyMatch(insn -> insn instanceof Insn.CallHelper call && call.isTailCall()));
    }

    private Bytes context(byte[] after, List<Bytes> values) {
        return switch (source.context()) {
            case Context.Mem(var data) -> values.getLast().resized(data.length());
            case Context.Skb skb -> {
                var image = skb.image();
                for (var field : Context.Skb.Field.values()) {
                    if (field.writable()) {
                        System.arraycopy(after, field.offset(), image, field.offset(), field.length());
                    }
                }
                yield Bytes.of(image);
            }
        };
    }
}
