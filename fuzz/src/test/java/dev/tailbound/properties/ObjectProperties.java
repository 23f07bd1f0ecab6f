package dev.tailbound.properties;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.KernelEnvironment;
import dev.tailbound.cases.ProEpilogue;
import dev.tailbound.forms.Forms;
import dev.tailbound.forms.ImportOptions;
import dev.tailbound.forms.Source;
import dev.tailbound.forms.elf.ElfWriter;
import dev.tailbound.isa.Helper;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.minimize.GeneratedCases;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.statistics.Statistics;

/// An object that is written for a case reads back as the same programs and maps.
class ObjectProperties {

    @Property(seed = "8", tries = 300)
    void an_object_reads_back_as_the_same_programs_and_maps(@ForAll(supplier = GeneratedCases.class) Case generated) {
        var source = held(generated);
        var read = Forms
                .read(new Source("written.o", ElfWriter.write(source)),
                        new ImportOptions(Optional.empty(), Optional.of(source.entry()), List.of(), Optional.empty()))
                .getFirst().source();
        assertThat(read.entry()).isEqualTo(source.entry());
        assertThat(functions(source)).containsAllEntriesOf(functions(read));
        assertThat(maps(source)).containsAllEntriesOf(maps(read));
        assertThat(read.programs().stream().map(Program::name)).containsAll(read.tailCallTargets());
        Statistics.label("programs").collect(read.programs().size());
    }

    /// The case as far as an object holds it: other contents, helpers and modules stand for what it cannot hold.
    private static Case held(Case source) {
        var looked = looked(source);
        var maps = source.maps().stream().<BpfMap>map(map -> switch (map) {
            case BpfMap.Array array when looked.contains(source.maps().indexOf(map)) ->
                new BpfMap.Array(array.name(), array.valueSize(), array.entries(), new TreeMap<>());
            case BpfMap.Array array -> new BpfMap.Array(array.name(), array.valueSize(), 1, array.init().headMap(1));
            case BpfMap.ProgArray array -> array;
        }).toList();
        var programs = source.programs().stream()
                .map(program -> new Program(program.name(), program.insns().stream().map(insn -> switch (insn) {
                    case Insn.CallHelper(int id) when id == Helper.TRACE.id() -> new Insn.CallHelper(Helper.KTIME_GET_NS.id());
                    case Insn.CallKfunc(int id, _) -> new Insn.CallKfunc(id, 0);
                    case Insn.LoadMapValue(var dst, int map, _) when looked.contains(map) -> new Insn.LoadMap(dst, map);
                    default -> insn;
                }).toList(), program.labels())).toList();
        return source.withEvents(List.of()).withAttachments(Attachments.NONE).withProEpilogue(ProEpilogue.NONE)
                .withPrograms(programs).withKernelEnvironment(KernelEnvironment.NONE).withMaps(maps);
    }

    /// The positions of the maps that instructions name as a whole.
    private static Set<Integer> looked(Case source) {
        return source.programs().stream().flatMap(program -> program.insns().stream()).filter(Insn.LoadMap.class::isInstance)
                .map(insn -> ((Insn.LoadMap) insn).map()).collect(Collectors.toSet());
    }

    private static Map<String, BpfMap> maps(Case source) {
        return IntStream.range(0, source.maps().size()).boxed()
                .collect(Collectors.toMap(map -> ElfWriter.mapName(source, map), map -> switch (source.maps().get(map)) {
                    case BpfMap.Array array -> new BpfMap.Array("map", array.valueSize(), array.entries(), array.init());
                    case BpfMap.ProgArray array -> array;
                }));
    }

    /// The instructions of each function by the names of program and function: where functions lie, and what jumps are called, is left out.
    private static Map<String, Map<String, List<String>>> functions(Case source) {
        var programs = new TreeMap<String, Map<String, List<String>>>();
        for (var program : source.programs()) {
            var names = new TreeMap<>(Map.of(0, "main"));
            program.insns().stream().filter(Insn.Call.class::isInstance).map(insn -> ((Insn.Call) insn).target())
                    .forEach(target -> names.put(target, program.labels().get(target)));
            var functions = new TreeMap<String, List<String>>();
            for (int i = 0; i < program.size(); i++) {
                var function = names.floorEntry(i);
                functions.computeIfAbsent(function.getValue(), _ -> new ArrayList<>())
                        .add(text(source, program, program.insn(i), function.getKey()));
            }
            programs.put(program.name(), functions);
        }
        return programs;
    }

    private static String text(Case source, Program program, Insn insn, int start) {
        return switch (insn) {
            case Insn.Call call -> "call " + program.labels().get(call.target());
            case Insn.Branch branch -> branch.retarget(branch.target() - start).toString();
            case Insn.LoadMap(var dst, int map) -> dst + " = " + ElfWriter.mapName(source, map);
            case Insn.LoadMapValue(var dst, int map, int off) -> dst + " = " + ElfWriter.mapName(source, map) + "+" + off;
            default -> insn.toString();
        };
    }
}
