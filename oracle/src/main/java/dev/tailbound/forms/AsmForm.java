package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// Assembly files of LLVM, and the output of `llvm-objdump -d`.
final class AsmForm implements Form {
    private static final Pattern STATEMENT = Pattern.compile(
            "(?:[rw]\\d+ ?[-+*/%|&^<>s]*= ?\\S.*|\\*\\([us]\\d+ ?\\*\\).*|lock \\*.*|store_release\\(.*|if [rw]\\d+ .* goto \\S+|gotol? \\S+|call \\S.*|exit)");
    private static final Pattern FLOW = Pattern.compile("exit|gotol? .*");
    private static final Pattern OTHER = Pattern.compile("(?:[\\w.$]++:\\s*+)++|\\.\\w+\\b.*");
    private static final Pattern LABELS = Pattern.compile("^(?:[\\w.$]++:\\s*+)++");

    /// Sections whose programs have a `struct __sk_buff` as context (libbpf's section names).
    private static final Pattern OF_SOCKET_BUFFERS = Pattern.compile(
            "\\??(?:tc|tcx|netkit|classifier|action|socket|cgroup_skb|cgroup/skb|lwt_\\w+|sk_skb|flow_dissector)(?:/.*)?");

    @Override
    public String word() {
        return "asm";
    }

    @Override
    public String phrase() {
        return "LLVM assembly, or the output of llvm-objdump -d";
    }

    @Override
    public boolean recognizes(Source source) {
        return Objdump.recognizes(source) || isAssembly(source);
    }

    /// Whether every statement is a directive or has the shape of an instruction, and control ends somewhere.
    private static boolean isAssembly(Source source) {
        var statements = AsmLines.statements(source.lines()).stream().flatMap(List::stream).toList();
        return statements.stream()
                .allMatch(statement -> OTHER.matcher(statement).matches() || STATEMENT.matcher(unlabelled(statement)).matches())
                && statements.stream().anyMatch(statement -> FLOW.matcher(unlabelled(statement)).matches());
    }

    private static String unlabelled(String statement) {
        return LABELS.matcher(statement).replaceFirst("");
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        var object = Objdump.recognizes(source) ? Objdump.read(source) : AsmSections.read(source);
        if (object.code().isEmpty()) {
            throw new BadInput(source.file(), "expected instructions, found none");
        }
        var draft = new CaseDraft(source);
        var maps = new ObjectMaps(source, object, draft);
        var programs = linker(source, object, maps, draft).link();
        var names = programs.stream().map(Program::name).toList();
        var stated = maps.stated(names);
        MapGuesses.add(draft, maps.names(), programs, Map.of(), stated);
        programs.forEach(draft::program);
        object.code().stream()
                .filter(section -> !section.isOfSubprograms() && !OF_SOCKET_BUFFERS.matcher(section.name()).matches())
                .forEach(section -> draft.guess("the context of section %s is a socket buffer".formatted(section.name())));
        var entry = options.entry()
                .or(() -> names.stream().filter(name -> stated.values().stream().noneMatch(map -> holds(map, name))).findFirst());
        if (names.size() > 1 && options.entry().isEmpty()) {
            draft.guess("the case enters %s, the first program that no program array holds"
                    .formatted(entry.orElse(names.getFirst())));
        }
        return List.of(new Imported("", draft.enter(entry).build()));
    }

    /// The bytes of a dump are big-endian if only that decodes to functions.
    private static ObjectLinker linker(Source source, ObjectText object, ObjectMaps maps, CaseDraft draft) {
        try {
            return new ObjectLinker(source, object, maps, false);
        } catch (BadInput notLittle) {
            if (!Objdump.hasBytes(source)) {
                throw notLittle;
            }
            ObjectLinker big;
            try {
                big = new ObjectLinker(source, object, maps, true);
            } catch (BadInput neither) {
                throw notLittle;
            }
            draft.guess("the bytes are those of a big-endian machine, as no others are a program");
            return big;
        }
    }

    private static boolean holds(BpfMap map, String program) {
        return map instanceof BpfMap.ProgArray array && array.slots().containsValue(program);
    }
}
