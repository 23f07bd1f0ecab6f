package dev.tailbound.run.external;

import dev.tailbound.isa.BadInput;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/// `NAME:COMMAND`: an external engine's name, and the command that starts it, words separated by blanks; no shell interprets them.
public record ExternalSpec(String name, List<String> command) {
    private static final Pattern SYNTAX = Pattern.compile("([A-Za-z0-9][A-Za-z0-9_.-]{0,39}):\\s*(\\S.*)");
    private static final Map<ExternalSpec, Capabilities> KNOWN = new ConcurrentHashMap<>();

    public ExternalSpec {
        command = List.copyOf(command);
    }

    /// Throws [BadInput] where the text is neither.
    public static ExternalSpec parse(String text) {
        var matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new BadInput("engine external:" + text,
                    "expected external:NAME:COMMAND with a name of letters, digits, '_', '.' and '-'");
        }
        return new ExternalSpec(matcher.group(1), List.of(matcher.group(2).strip().split("\\s+")));
    }

    /// The name in outcomes and signatures, which does not depend on the command's path.
    public String label() {
        return "external:" + name;
    }

    /// The capabilities that the engine states; starts it the first time. Throws [UnusableEngineException].
    public Capabilities capabilities() {
        return KNOWN.computeIfAbsent(this, spec -> {
            try (var engine = new ExternalEngine(spec)) {
                return engine.capabilities();
            }
        });
    }
}
