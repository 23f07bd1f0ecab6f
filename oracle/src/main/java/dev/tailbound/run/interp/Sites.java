package dev.tailbound.run.interp;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.Program;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The attach points of a case: functions with attached programs.
final class Sites {

    /// A function: the program, and the index of its first instruction.
    record Function(int program, int start) {}

    /// Programs attached to a function, as indices in the case, in execution order.
    ///
    /// @param extensions one program that runs in place of the function, or none
    record Site(Function function, List<Integer> fentry, List<Integer> fmodRet, List<Integer> fexit, List<Integer> extensions) {
        boolean isReplaced() {
            return !extensions.isEmpty();
        }
    }

    private final Map<Function, Site> sites = new HashMap<>();

    Sites(Case source) {
        for (var attachment : source.attachments().list()) {
            sites.computeIfAbsent(function(source, attachment), function -> site(source, attachment, function));
        }
    }

    private static Function function(Case source, Attachment attachment) {
        int target = source.programIndex(attachment.target());
        return new Function(target, attachment.isToMain() ? 0 : start(source.programs().get(target), attachment.function()));
    }

    private static int start(Program program, String label) {
        return program.labels().entrySet().stream().filter(entry -> entry.getValue().equals(label)).findFirst().orElseThrow()
                .getKey();
    }

    private static Site site(Case source, Attachment attachment, Function function) {
        return new Site(function, programs(source, attachment, Kind.FENTRY), programs(source, attachment, Kind.FMOD_RET),
                programs(source, attachment, Kind.FEXIT), programs(source, attachment, Kind.FREPLACE));
    }

    private static List<Integer> programs(Case source, Attachment like, Kind kind) {
        return source.attachments().at(like.target(), like.function(), kind).stream()
                .map(attachment -> source.programIndex(attachment.program())).toList();
    }

    /// Attached programs of the function that starts at the instruction; null if none.
    Site at(int program, int start) {
        return sites.isEmpty() ? null : sites.get(new Function(program, start));
    }
}
