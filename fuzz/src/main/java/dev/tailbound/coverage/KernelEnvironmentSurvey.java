package dev.tailbound.coverage;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import dev.tailbound.coverage.ProgramSurvey.TailCall;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;

/// Features of a case outside of its programs: attached programs, and slots that change during the run.
final class KernelEnvironmentSurvey {
    private final Case source;
    private final List<ProgramSurvey> programs;
    private long features;

    /// A slot of a program array.
    private record Slot(int map, int key) {}

    KernelEnvironmentSurvey(Case source, List<ProgramSurvey> programs) {
        this.source = source;
        this.programs = programs;
        source.attachments().list().forEach(this::survey);
        surveyEvents();
    }

    /// Features of the case; those of functions are added to the functions.
    long features() {
        return features;
    }

    // Attachments

    private void survey(Attachment attachment) {
        var site = site(attachment);
        site.found(switch (attachment.kind()) {
            case FENTRY -> Feature.FENTRY_SITE;
            case FEXIT -> Feature.FEXIT_SITE;
            case FMOD_RET -> Feature.FMOD_RET_SITE;
            case FREPLACE -> Feature.REPLACED;
        });
        var attached = program(attachment.program());
        boolean isTracing = attachment.kind().isTracing();
        attached.functions().forEach(function -> function.found(isTracing ? Feature.TRACING : Feature.EXTENSION));
        found(attachment.isToMain() && attachment.target().equals(source.entry()), Feature.ENTRY_SITE);
        found(source.attachments().list().stream().filter(other -> other.site().equals(attachment.site())).count() > 1,
                Feature.SEVERAL_ATTACHED);
        boolean tailCalls = isTracing && !attached.tailCalls.isEmpty();
        found(tailCalls, Feature.NESTED_TAIL_CALL);
        found(tailCalls && (site.makes(CallKind.TAIL_CALL_FROM_MAIN) || site.makes(CallKind.TAIL_CALL_FROM_SUBPROGRAM)),
                Feature.NESTED_IN_CHAIN);
    }

    private FunctionSurvey site(Attachment attachment) {
        var target = program(attachment.target());
        return target.functionAt(attachment.isToMain() ? 0
                : target.program.labels().entrySet().stream().filter(label -> label.getValue().equals(attachment.function()))
                        .findFirst().orElseThrow().getKey());
    }

    private ProgramSurvey program(String name) {
        return programs.get(source.programIndex(name));
    }

    // Events

    private void surveyEvents() {
        var contents = new HashMap<Slot, String>();
        var changed = new ArrayList<Slot>();
        for (var event : source.events()) {
            var slot = new Slot(event.map(), event.key());
            var before = contents.getOrDefault(slot,
                    ((BpfMap.ProgArray) source.maps().get(event.map())).slots().getOrDefault(event.key(), ""));
            contents.put(slot, event.program());
            changed.add(slot);
            found(before.isEmpty() && !event.program().isEmpty(), Feature.SLOT_FILLED);
            found(!before.isEmpty() && event.program().isEmpty(), Feature.SLOT_CLEARED);
            found(!before.isEmpty() && !event.program().isEmpty(), Feature.SLOT_REPLACED);
            survey(event);
        }
        found(changed.size() > new HashSet<>(changed).size(), Feature.SLOT_CHANGED_AGAIN);
    }

    private void survey(Event event) {
        switch (event.place()) {
            case Place.InHelper _ -> found(true, Feature.EVENT_IN_HELPER);
            case Place.ByHelper _ -> found(true, Feature.EVENT_BY_HELPER);
            case Place.Before(var name, int insn) -> {
                var function = program(name).functionOf(insn);
                function.found(Feature.EVENT);
                found(!function.isMain(), Feature.EVENT_IN_SUBPROGRAM);
            }
        }
        found(programs.stream().flatMap(program -> program.tailCalls.stream()).anyMatch(tailCall -> tailCall.map() == event.map()
                && tailCall.index() != TailCall.VARIABLE && (int) tailCall.index() == event.key()), Feature.DIRECT_CHANGED);
    }

    private void found(boolean condition, Feature feature) {
        if (condition) {
            features |= feature.bit();
        }
    }
}
