package dev.tailbound.cases;

import dev.tailbound.cases.KernelEnvironment.Module;
import dev.tailbound.isa.BadInput;
import java.util.ArrayList;
import java.util.List;

/// Reads `-- module` sections.
final class KernelEnvironmentReader {
    static final String FAR = "far";
    static final String NO_TYPES = "no-types";

    private KernelEnvironmentReader() {}

    static KernelEnvironment read(List<Section> modules) {
        var read = new ArrayList<Module>();
        for (var section : modules) {
            read.add(module(section, read.size() + 1));
        }
        return new KernelEnvironment(read);
    }

    /// The default offset of a module is its position, from 1.
    private static Module module(Section section, int position) {
        section.requireNoBody();
        boolean far = false;
        boolean types = true;
        int off = position;
        for (var word : section.words().subList(2, section.words().size())) {
            switch (word) {
                case FAR -> far = true;
                case NO_TYPES -> types = false;
                case String option when option.startsWith("off=") ->
                    off = section.count(section.line(), "off", option.substring("off=".length()));
                default -> throw section.bad("expected -- module NAME [off=N] [far] [no-types], found %s"
                        .formatted(BadInput.quoted(section.header())));
            }
        }
        try {
            return new Module(section.name(), off, far, types);
        } catch (IllegalArgumentException malformed) {
            throw section.bad(malformed.getMessage());
        }
    }
}
