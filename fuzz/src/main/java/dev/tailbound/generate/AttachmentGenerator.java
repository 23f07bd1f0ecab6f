package dev.tailbound.generate;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.Attachments.Rule;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.generate.CaseSetup.JumpTable;
import dev.tailbound.generate.FunctionPlan.Parameter;
import dev.tailbound.generate.ProgramGenerator.Made;
import dev.tailbound.generate.ProgramGenerator.Placed;
import dev.tailbound.isa.Program;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.IntStream;

/// Attaches further programs to functions of a case: tracing programs, some of which tail-call in the middle of the case's own chain, and extensions.
final class AttachmentGenerator {
    private static final Kind[] TRACING = { Kind.FENTRY, Kind.FEXIT, Kind.FMOD_RET };

    /// Beyond this number, all are attached to one function.
    private static final int FEW = 3;

    /// `BPF_MAX_TRAMP_LINKS`: programs attached to a function.
    private static final int MAX_TRAMPOLINE_LINKS = 38;

    /// The word after the arguments.
    private static final int RESULT = Attachment.ARGUMENTS;

    private final Choices choices;
    private final Menu menu;
    private final CaseSetup world;
    private final Case source;
    private final List<Site> sites;
    private final List<BpfMap> maps;
    private final List<Program> programs;
    private final List<Attachment> attachments = new ArrayList<>();
    private final List<Tracers> tracers = new ArrayList<>();

    /// A function of the program at this position.
    private record Site(int program, Placed function) {}

    /// Tracing programs that share program arrays and a role; the first of them are attached.
    private record Tracers(Kind kind, CaseSetup world) {}

    AttachmentGenerator(Choices choices, Menu menu, CaseSetup world, Case source, List<Made> made) {
        this.choices = choices;
        this.menu = menu;
        this.world = world;
        this.source = source;
        sites = IntStream.range(0, made.size()).boxed()
                .flatMap(program -> made.get(program).functions().stream().map(function -> new Site(program, function))).toList();
        maps = new ArrayList<>(source.maps());
        programs = new ArrayList<>(source.programs());
    }

    Case generate() {
        int count = 1 + choices.weighted(50, 30, 18, 2);
        if (count > FEW) {
            crowd(choices.heavyTailed(count, MAX_TRAMPOLINE_LINKS));
        } else {
            for (int i = count; i > 0; i--) {
                attach();
            }
        }
        return source.withPrograms(programs).withMaps(maps).withAttachments(new Attachments(Rule.V6_13, attachments));
    }

    private void attach() {
        switch (choices.weighted(27, 27, 24, 22)) {
            case 0 -> trace(Kind.FENTRY, site());
            case 1 -> trace(Kind.FEXIT, site());
            case 2 -> trace(Kind.FMOD_RET, site());
            default -> extend();
        }
    }

    /// Many tracing programs of one function, most of them of one kind.
    private void crowd(int count) {
        var site = site();
        var kind = choices.pick(TRACING);
        for (int i = count; i > 0; i--) {
            trace(choices.below(4) > 0 ? kind : choices.pick(TRACING), site);
        }
    }

    // Tracing programs

    private void trace(Kind kind, Site site) {
        if (isReplaced(site)) {
            return;
        }
        var words = words(site, kind);
        var known = tracers.stream().filter(group -> group.kind() == kind && words.containsAll(group.world().purpose().words()))
                .toList();
        var group = !known.isEmpty() && choices.oneIn(2) ? choices.pick(known) : tracers(kind, words);
        attach(kind, site, add(group, 0));
    }

    /// Mostly a function that runs: one of the entry program, usually a subprogram.
    private Site site() {
        int program = choices.below(4) > 0 ? 0 : choices.below(source.programs().size());
        var functions = sites.stream().filter(site -> site.program() == program).toList();
        boolean wantsMain = functions.size() == 1 || choices.oneIn(4);
        return wantsMain ? functions.getFirst() : functions.get(choices.between(1, functions.size() - 1));
    }

    /// The arguments of the program that do not depend on addresses.
    private static List<Integer> words(Site site, Kind kind) {
        var parameters = site.function().parameters();
        var words = new ArrayList<Integer>();
        IntStream.range(0, parameters.size()).filter(i -> parameters.get(i) == Parameter.SCALAR).forEach(words::add);
        if (kind.seesResult() && (site.function().returns() || kind == Kind.FMOD_RET)) {
            words.add(RESULT);
        }
        return words;
    }

    private Tracers tracers(Kind kind, List<Integer> words) {
        var purpose = ProgramRole.tracing(kind, words);
        if (choices.oneIn(2)) {
            var alone = new Tracers(kind, world.with(purpose, List.of(), TailCallTermination.ACYCLIC));
            tracers.add(alone);
            return alone;
        }
        int targets = 1 + choices.weighted(60, 40);
        boolean cycle = choices.oneIn(4);
        int entries = targets + choices.below(2);
        var slots = new TreeMap<Integer, String>();
        for (int key = 0; key < targets; key++) {
            slots.put(key, name(programs.size() + key));
        }
        var table = new JumpTable(maps.size(), entries, List.copyOf(slots.keySet()), cycle ? targets : 0);
        var group = new Tracers(kind, world.with(purpose, List.of(table), cycle ? world.tailCalls()
                : TailCallTermination.ACYCLIC));
        maps.add(new BpfMap.ProgArray("tracers" + tracers.size(), entries, slots));
        IntStream.rangeClosed(1, targets).forEach(number -> add(group, number));
        tracers.add(group);
        return group;
    }

    private String add(Tracers group, int number) {
        var name = name(programs.size());
        programs.add(new ProgramGenerator(choices, menu, group.world()).generate(number, name).program());
        return name;
    }

    // Extensions

    /// Replaces a subprogram that some path calls, since only then its arguments are known. Its program must be in no program array, as in kernels.
    private void extend() {
        var candidates = sites.stream()
                .filter(site -> !site.function().isMain()
                        && !source.tailCallTargets().contains(source.programs().get(site.program()).name())
                        && !isAttachedTo(site))
                .toList();
        if (candidates.isEmpty() || !(Verifier.verify(source) instanceof Verdict.Accepted(var verified))) {
            return;
        }
        var called = candidates.stream()
                .filter(site -> verified.facts().get(site.program()).reached().get(site.function().start())).toList();
        if (called.isEmpty()) {
            return;
        }
        var site = choices.pick(called);
        var name = name(programs.size());
        programs.add(new ProgramGenerator(choices, menu, world.with(ProgramRole.EXTENSION))
                .generate(0, name, site.function().parameters()).program());
        attach(Kind.FREPLACE, site, name);
    }

    // Functions and names

    private void attach(Kind kind, Site site, String program) {
        attachments.add(new Attachment(kind, program, target(site), function(site)));
    }

    private boolean isReplaced(Site site) {
        return attachments.stream().anyMatch(attachment -> attachment.kind() == Kind.FREPLACE && isTo(site, attachment));
    }

    private boolean isAttachedTo(Site site) {
        return attachments.stream().anyMatch(attachment -> isTo(site, attachment));
    }

    private boolean isTo(Site site, Attachment attachment) {
        return attachment.target().equals(target(site)) && attachment.function().equals(function(site));
    }

    private String target(Site site) {
        return source.programs().get(site.program()).name();
    }

    private String function(Site site) {
        return site.function().isMain() ? "" : source.programs().get(site.program()).labels().get(site.function().start());
    }

    private static String name(int position) {
        return "attached" + position;
    }
}
