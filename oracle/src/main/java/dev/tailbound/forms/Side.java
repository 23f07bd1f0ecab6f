package dev.tailbound.forms;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.isa.BadInput;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The user's additions to an imported case: slots of program arrays, and sections of a side file.
final class Side {
    private Side() {}

    /// The case with the options applied; throws [BadInput].
    static Case apply(Case source, String file, ImportOptions options) {
        var merged = options.side().map(side -> merge(source, side)).orElse(source);
        return fill(merged, file, options.slots());
    }

    /// Sections of the side file replace those with the same header words, `-- map NAME` with the map of that name.
    private static Case merge(Case source, Source side) {
        var sections = sections(CasePrinter.print(source));
        sections.putAll(sections(side.text()));
        return CaseReader.parse(side.file(), String.join("", sections.values()));
    }

    /// The texts of the sections by their distinguishing key; the text before the first header has the empty key.
    private static Map<String, String> sections(String text) {
        var sections = new LinkedHashMap<String, StringBuilder>();
        var current = sections.computeIfAbsent("", _ -> new StringBuilder());
        for (var line : text.split("\n", -1)) {
            if (line.startsWith("--")) {
                current = new StringBuilder();
                sections.put(key(line), current);
            }
            current.append(line).append('\n');
        }
        var texts = new LinkedHashMap<String, String>();
        sections.forEach((key, section) -> texts.put(key, section.toString()));
        return texts;
    }

    private static String key(String header) {
        var words = List.of(header.substring(2).strip().split("\\s+"));
        return switch (words.getFirst()) {
            case "map", "prog", "module" -> String.join(" ", words.subList(0, Math.min(2, words.size())));
            case "expect" -> String.join(" ", words);
            default -> words.getFirst();
        };
    }

    private static Case fill(Case source, String file, List<SlotFill> fills) {
        var maps = new ArrayList<>(source.maps());
        for (var fill : fills) {
            int map = position(maps, file, fill);
            maps.set(map, filled((BpfMap.ProgArray) maps.get(map), file, fill));
        }
        try {
            return fills.isEmpty() ? source : source.withMaps(maps);
        } catch (IllegalArgumentException unknown) {
            throw new BadInput(file, unknown.getMessage());
        }
    }

    private static int position(List<BpfMap> maps, String file, SlotFill fill) {
        for (int i = 0; i < maps.size(); i++) {
            if (maps.get(i) instanceof BpfMap.ProgArray array && array.name().equals(fill.map())) {
                return i;
            }
        }
        throw new BadInput(file,
                "--slot: expected one of the program arrays %s, found %s".formatted(
                        maps.stream().filter(BpfMap.ProgArray.class::isInstance).map(BpfMap::name).toList(),
                        BadInput.quoted(fill.map())));
    }

    private static BpfMap filled(BpfMap.ProgArray array, String file, SlotFill fill) {
        var slots = new TreeMap<>(array.slots());
        slots.put(fill.key(), fill.program());
        try {
            return new BpfMap.ProgArray(array.name(), array.entries(), slots);
        } catch (IllegalArgumentException outside) {
            throw new BadInput(file, "--slot: " + outside.getMessage());
        }
    }
}
