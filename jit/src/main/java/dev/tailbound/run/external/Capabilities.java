package dev.tailbound.run.external;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Context.Skb;
import dev.tailbound.isa.CpuVersion;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Size;
import dev.tailbound.run.Observation.Part;
import dev.tailbound.verify.VerifiedCase;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The operations that an external engine supports and the state that it observes, as stated in its `hello`.
///
/// @param version the version of the instruction set
/// @param atomic  read-modify-write operations
/// @param acquire load-acquire and store-release
/// @param call    calls of subprograms
/// @param map     array maps: `ld_imm64` of a map or of a value's address
/// @param helpers the helpers it offers, by number
/// @param unseen  the parts that it does not observe
public record Capabilities(CpuVersion version, boolean atomic, boolean acquire, boolean call, boolean map, Set<Integer> helpers,
        Set<Part> unseen) {
    private static final Pattern HELLO = Pattern.compile("hello (\\S+) caps=(\\S*) observes=(\\S*)\\s*");

    /// Helpers whose result is the same in every runtime.
    private static final Set<Helper> COMPARABLE = EnumSet.of(Helper.MAP_LOOKUP_ELEM, Helper.MAP_UPDATE_ELEM,
            Helper.MAP_DELETE_ELEM);

    public Capabilities {
        helpers = Set.copyOf(helpers);
        unseen = Set.copyOf(unseen);
    }

    /// Reads `hello NAME caps=v4,atomic,acquire,call,map,helper:1,2,3 observes=r0,maps,ctx`; throws [IllegalArgumentException].
    static Capabilities parse(String line) {
        var hello = HELLO.matcher(line);
        if (!hello.matches()) {
            throw new IllegalArgumentException("expected hello NAME caps=... observes=...");
        }
        var words = new HashSet<String>();
        var helpers = new HashSet<Integer>();
        boolean inHelpers = false;
        for (var word : hello.group(2).split(",", -1)) {
            inHelpers |= word.startsWith("helper:");
            var number = word.startsWith("helper:") ? word.substring("helper:".length()) : word;
            if (inHelpers && number.matches("\\d{1,9}")) {
                helpers.add(Integer.valueOf(number));
            } else {
                inHelpers = false;
                words.add(word);
            }
        }
        words.remove("");
        return new Capabilities(version(words), words.remove("atomic"), words.remove("acquire"), words.remove("call"),
                words.remove("map"), helpers, unseen(hello.group(3))).require(words);
    }

    private static CpuVersion version(Set<String> words) {
        CpuVersion version = null;
        for (var candidate : CpuVersion.values()) {
            if (words.remove(candidate.name().toLowerCase(Locale.ROOT))) {
                version = candidate;
            }
        }
        if (version == null) {
            throw new IllegalArgumentException("caps: expected one of v1, v2, v3, v4");
        }
        return version;
    }

    private Capabilities require(Set<String> rest) {
        if (!rest.isEmpty()) {
            throw new IllegalArgumentException("caps: expected some of v1..v4, atomic, acquire, call, map, helper:N,...");
        }
        return this;
    }

    private static Set<Part> unseen(String observes) {
        var unseen = EnumSet.allOf(Part.class);
        for (var word : observes.split(",", -1)) {
            switch (word) {
                case "r0" -> unseen.removeAll(Set.of(Part.LOWER_R0, Part.UPPER_R0));
                case "r0:32" -> unseen.remove(Part.LOWER_R0);
                case "maps" -> unseen.remove(Part.MAPS);
                case "ctx" -> unseen.remove(Part.CONTEXT);
                default -> throw new IllegalArgumentException("observes: expected some of r0, r0:32, maps, ctx");
            }
        }
        return unseen;
    }

    boolean sees(Part part) {
        return !unseen.contains(part);
    }

    /// The helpers that cases may call.
    public Set<Helper> comparableHelpers() {
        var offered = EnumSet.copyOf(COMPARABLE);
        offered.removeIf(helper -> !map || !helpers.contains(helper.id()));
        return offered;
    }

    /// The reason why the engine cannot run the case; empty if it can.
    Optional<String> obstacle(VerifiedCase verified) {
        var source = verified.source();
        if (!source.events().isEmpty() || !source.attachments().isEmpty() || !source.proEpilogue().isEmpty()) {
            return Optional.of("an external engine has no attachments, prologues, epilogues or events");
        }
        var insns = source.entryProgram().insns();
        var missing = insns.stream().flatMap(insn -> obstacle(insn, source).stream()).findFirst();
        return missing.isPresent() ? missing : packet(verified, insns);
    }

    /// A runtime without packets has no packet addresses.
    private static Optional<String> packet(VerifiedCase verified, List<Insn> insns) {
        var accesses = verified.facts().get(verified.source().programIndex(verified.source().entry())).contextAccesses();
        boolean isRead = verified.source().context() instanceof Context.Skb
                && accesses.stream().anyMatch(at -> insns.get(at) instanceof Insn.Load(var size, _, _, _, int off)
                        && size == Size.W && (off == Skb.DATA || off == Skb.DATA_END));
        return isRead ? Optional.of("the program reads packet pointers, and an external engine has no packet") : Optional.empty();
    }

    private Optional<String> obstacle(Insn insn, Case source) {
        if (CpuVersion.of(insn).compareTo(version) > 0) {
            return Optional.of("it does not know instructions of %s".formatted(CpuVersion.of(insn).word()));
        }
        return switch (insn) {
            case Insn.Atomic _ when !atomic -> Optional.of("it has no atomic operations");
            case Insn.LoadAcquire _,Insn.StoreRelease _ when !acquire -> Optional.of("it has no load-acquire and store-release");
            case Insn.Call _ when !call -> Optional.of("it has no calls of subprograms");
            case Insn.LoadMap _,Insn.LoadMapValue _ when !map -> Optional.of("it has no maps");
            case Insn.LoadMap(_, int used) when source.maps().get(used) instanceof BpfMap.ProgArray ->
                Optional.of("it has no program arrays");
            case Insn.CallKfunc _ -> Optional.of("it has no kernel functions");
            case Insn.CallHelper(int id) -> comparableHelpers().stream().anyMatch(helper -> helper.id() == id) ? Optional.empty()
                    : Optional.of("it has no helper %d whose results can be compared".formatted(id));
            default -> Optional.empty();
        };
    }
}
