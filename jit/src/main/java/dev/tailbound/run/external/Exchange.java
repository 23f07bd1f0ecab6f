package dev.tailbound.run.external;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Insn;
import dev.tailbound.run.Observation;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.run.Outcome;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// One request to an external engine and its response: encodes a case as a line, decodes a line as an outcome.
final class Exchange {
    /// Marks a map that the program does not use.
    private static final String UNUSED = "-";
    private static final Pattern R0 = Pattern.compile("(0x)?\\p{XDigit}{1,16}");
    /// Maximum length of an answer without its bytes: words, blanks, and a reason.
    private static final int FRAME = 1024;

    private final VerifiedCase verified;
    private final Capabilities capabilities;
    private final long id;
    private final Set<Integer> used = new HashSet<>();

    Exchange(VerifiedCase verified, Capabilities capabilities, long id) {
        this.verified = verified;
        this.capabilities = capabilities;
        this.id = id;
        for (var insn : verified.source().entryProgram().insns()) {
            switch (insn) {
                case Insn.LoadMap(_, int map) -> used.add(map);
                case Insn.LoadMapValue(_, int map, _) -> used.add(map);
                default -> {
                    // Names no map.
                }
            }
        }
    }

    /// Approximate length of the longer of request and answer, in characters.
    long length() {
        var source = verified.source();
        long maps = used.stream().mapToLong(map -> source.maps().get(map).bytes()).sum();
        return FRAME + 2 * (maps + source.context().image().length) + 20L * source.maps().size()
                + 16L * source.entryProgram().slotOf(source.entryProgram().size());
    }

    /// `run ID prog=HEX ctx=HEX [map=VALUESIZE:ENTRIES:HEX]... [functions=SLOT,...]`
    String question() {
        var source = verified.source();
        var program = source.entryProgram();
        var line = new StringBuilder("run ").append(id).append(" prog=").append(Bytes.of(Encoder.encode(program)).toHex())
                .append(" ctx=").append(Bytes.of(source.context().image()).toHex());
        for (int map = 0; map < source.maps().size(); map++) {
            line.append(" map=").append(used.contains(map) && source.maps().get(map) instanceof BpfMap.Array array
                    ? "%d:%d:%s".formatted(array.valueSize(), array.entries(), initial(map).toHex())
                    : UNUSED);
        }
        var functions = verified.facts().get(source.programIndex(source.entry())).subprograms();
        if (functions.size() > 1) {
            line.append(" functions=").append(functions.stream().map(Subprogram::start).map(program::slotOf).map(String::valueOf)
                    .collect(Collectors.joining(",")));
        }
        return line.toString();
    }

    /// The outcome; empty if the line does not answer this request, or lacks a part that the engine observes.
    Optional<Outcome> outcome(String answer) {
        var words = answer.strip().split(" +", 3);
        if (words.length < 2 || !words[1].equals(Long.toString(id))) {
            return Optional.empty();
        }
        var rest = words.length == 3 ? words[2].strip() : "";
        return switch (words[0]) {
            case "ok" -> returned(rest.isEmpty() ? List.of() : List.of(rest.split(" +")));
            case "trap" -> Optional.of(new Outcome.Trapped(Trap.EXCEPTION, Where.UNKNOWN, rest.isEmpty() ? "no reason given"
                    : rest));
            case "refused" -> Optional.of(rest.startsWith("invalid") ? new Outcome.Refused(rest)
                    : new Outcome.Inapplicable(
                            "refused: " + (rest.isEmpty() ? "no reason given" : rest)));
            default -> Optional.empty();
        };
    }

    private Optional<Outcome> returned(List<String> fields) {
        var values = new HashMap<String, List<String>>();
        for (var field : fields) {
            int equals = Math.max(0, field.indexOf('='));
            values.computeIfAbsent(field.substring(0, equals), _ -> new ArrayList<>())
                    .add(field.substring(Math.min(field.length(), equals + 1)));
        }
        var r0 = values.getOrDefault("r0", List.of());
        var context = values.getOrDefault("ctx", List.of());
        var maps = values.getOrDefault("map", List.of());
        var before = Bytes.of(verified.source().context().image());
        boolean isAnswer = Set.of("r0", "ctx", "map").containsAll(values.keySet())
                && isSeen(r0, 1, Part.LOWER_R0) && r0.stream().allMatch(value -> R0.matcher(value).matches())
                && isSeen(context, 1, Part.CONTEXT) && context.stream().allMatch(value -> isHexOf(value, before.length()))
                && isSeen(maps, verified.source().maps().size(), Part.MAPS) && fit(maps);
        if (!isAnswer) {
            return Optional.empty();
        }
        var seen = new ArrayList<Bytes>();
        for (int map = 0; map < verified.source().maps().size(); map++) {
            seen.add(maps.isEmpty() || maps.get(map).equals(UNUSED) ? initial(map) : Bytes.ofHex(maps.get(map)));
        }
        long result = r0.isEmpty() ? 0 : Long.parseUnsignedLong(r0.getFirst().replaceFirst("^0x", ""), 16);
        return Optional.of(new Outcome.Returned(new Observation(result, 0, seen, context.isEmpty() ? before
                : Bytes.ofHex(context
                        .getFirst()),
                List.of(), List.of(), capabilities.unseen())));
    }

    /// Observed parts must be present; others may be.
    private boolean isSeen(List<String> values, int count, Part part) {
        return values.size() == count || (values.isEmpty() && !capabilities.sees(part));
    }

    private boolean fit(List<String> maps) {
        return IntStream.range(0, maps.size()).allMatch(map -> used.contains(map) ? isHexOf(maps.get(map), initial(map).length())
                : maps.get(map).equals(UNUSED));
    }

    private static boolean isHexOf(String value, int bytes) {
        return value.length() == 2 * bytes && value.matches("\\p{XDigit}*");
    }

    /// The values of an array map before the run, without padding between them; nothing for a program array.
    private Bytes initial(int map) {
        if (!(verified.source().maps().get(map) instanceof BpfMap.Array array)) {
            return Bytes.EMPTY;
        }
        var values = new byte[array.valueSize() * array.entries()];
        array.init().forEach((key, value) -> value.copyTo(values, key * array.valueSize()));
        return Bytes.owning(values);
    }
}
