package dev.tailbound.verify;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Attachments.Rule;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.Insn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/// Program type under which each program of a case is loaded, and the attachment rules.
///
/// Programs that use or are in the same program array have the same type (`bpf_prog_map_compatible`): if one of them is a tracing program, all are.
final class LoadKinds {
    /// `BPF_MAX_TRAMP_LINKS`.
    private static final int MAX_ATTACHED = 38;

    private final Case source;
    // Per program: the programs that share a program array with it, itself included.
    private final List<Set<Integer>> groups;
    private final Map<String, Attachment> attachments = new HashMap<>();
    private final Set<Attachment> checked = new HashSet<>();
    private final Set<String> arrayMembers;

    LoadKinds(Case source) {
        this.source = source;
        arrayMembers = source.tailCallTargets();
        source.attachments().list().forEach(attachment -> attachments.put(attachment.program(), attachment));
        groups = new ArrayList<>();
        IntStream.range(0, source.programs().size()).forEach(program -> groups.add(new TreeSet<>(Set.of(program))));
        for (int map = 0; map < source.maps().size(); map++) {
            if (source.maps().get(map) instanceof BpfMap.ProgArray array && !source.attachments().isEmpty()) {
                share(map, array);
            }
        }
    }

    private void share(int map, BpfMap.ProgArray array) {
        var all = new TreeSet<Integer>();
        var members = new HashSet<>(array.slots().values());
        source.events().stream().filter(event -> event.map() == map).forEach(event -> members.add(event.program()));
        for (int program = 0; program < source.programs().size(); program++) {
            var name = source.programs().get(program).name();
            boolean isIn = members.contains(name);
            boolean uses = source.programs().get(program).insns().stream()
                    .anyMatch(insn -> insn instanceof Insn.LoadMap load && load.map() == map);
            if (isIn || uses) {
                all.addAll(groups.get(program));
            }
        }
        all.forEach(program -> groups.set(program, all));
    }

    /// Verification order: classifiers, then extensions, then tracing programs, so that attach targets come first.
    List<Integer> order() {
        var order = new ArrayList<Integer>();
        for (int step = 0; step < 3; step++) {
            for (int program = 0; program < groups.size(); program++) {
                if (step == kind(program).map(kind -> kind.isTracing() ? 2 : 1).orElse(0)) {
                    order.add(program);
                }
            }
        }
        return order;
    }

    /// Kind under which the program is loaded; empty for a classifier.
    Optional<Kind> kind(int program) {
        if (source.attachments().isEmpty()) {
            return Optional.empty();
        }
        var own = attachment(program).map(Attachment::kind);
        return own.isPresent() ? own
                : groups.get(program).stream().flatMap(other -> attachment(other).stream())
                        .map(Attachment::kind).filter(Kind::isTracing).findFirst();
    }

    /// Attachments of the program and of all that share program arrays with it: the functions for which a tracing program may run.
    List<Attachment> traced(int program) {
        return groups.get(program).stream().flatMap(other -> attachment(other).stream()).toList();
    }

    Optional<Attachment> attachment(int program) {
        return Optional.ofNullable(attachments.get(name(program)));
    }

    private String name(int program) {
        return source.programs().get(program).name();
    }

    /// Throws a [Rejection] if the program must not be attached, entered or put into a program array.
    void check(int program) {
        if (source.attachments().isEmpty()) {
            return;
        }
        kind(program).filter(Kind::isTracing).ifPresent(kind -> checkGroup(program, kind));
        traced(program).forEach(this::check);
        checkGenerated(program);
        checkExtended(program);
    }

    private void check(Attachment attachment) {
        if (!checked.add(attachment)) {
            return;
        }
        int target = source.programIndex(attachment.target());
        if (kind(target).isPresent()) {
            throw new Rejection(-1, "Cannot recursively attach %s to %s, which is %s", attachment.kind().word(),
                    attachment.target(), kind(target).get().word());
        }
        if (!attachment.isToMain() && !isFunction(target, attachment.function())) {
            throw new Rejection(-1, "attach target %s is no function", attachment.site());
        }
        var others = source.attachments().list().stream().filter(other -> other.site().equals(attachment.site())).toList();
        if (attachment.kind() == Kind.FREPLACE && attachment.isToMain()) {
            throw new Rejection(-1, "freplace of %s, expected one of its subprograms", attachment.site());
        }
        if (others.size() > 1 && others.stream().anyMatch(other -> !other.kind().isTracing())) {
            throw new Rejection(-1, "Cannot attach %s to %s, which is in use (EBUSY)", attachment.kind().word(),
                    attachment.site());
        }
        if (others.size() > MAX_ATTACHED) {
            throw new Rejection(-1, "%d programs attached to %s, expected at most %d (E2BIG)", others.size(), attachment.site(),
                    MAX_ATTACHED);
        }
    }

    private void checkGenerated(int program) {
        boolean takesPart = attachment(program).isPresent() || !source.attachments().sites(name(program)).isEmpty();
        if (takesPart && !source.whole(program).isPlain()) {
            throw new Rejection(-1, "attaching programs with a prologue or an epilogue is not supported");
        }
    }

    private boolean isFunction(int program, String label) {
        var target = source.programs().get(program);
        return target.insns().stream()
                .anyMatch(insn -> insn instanceof Insn.Call(int start) && label.equals(target.labels().get(start)));
    }

    private void checkGroup(int program, Kind kind) {
        if (name(program).equals(source.entry())) {
            throw new Rejection(-1, "%s program cannot be entered by the run", kind.word());
        }
        for (int other : groups.get(program)) {
            boolean isEntry = name(other).equals(source.entry());
            var otherKind = attachment(other).map(Attachment::kind);
            if (isEntry || otherKind.filter(k -> k != kind).isPresent()) {
                throw new Rejection(-1, "%s program shares a program array with %s, which is %s (EINVAL)", kind.word(),
                        name(other), otherKind.map(Kind::word).orElse("a classifier"));
            }
        }
    }

    // Before 6.12, a tail call chain could re-enter a program through an extension of one of its functions.
    private void checkExtended(int program) {
        if (attachment(program).filter(own -> own.kind() == Kind.FREPLACE).isPresent() && name(program).equals(source.entry())) {
            throw new Rejection(-1, "freplace program cannot be entered by the run");
        }
        if (source.attachments().rule() == Rule.V6_12 || !arrayMembers.contains(name(program))) {
            return;
        }
        if (attachment(program).filter(own -> own.kind() == Kind.FREPLACE).isPresent()) {
            throw new Rejection(-1, "an extension cannot be in a program array (EINVAL), expected -- attach v6.12");
        }
        source.attachments().list().stream()
                .filter(other -> other.kind() == Kind.FREPLACE && other.target().equals(name(program))).findFirst()
                .ifPresent(extension -> {
                    throw new Rejection(-1, "in a program array and extended by %s (EBUSY), expected -- attach v6.12",
                            extension.program());
                });
    }
}
