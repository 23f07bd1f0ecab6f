package dev.tailbound.campaign;

import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/// What decides a campaign's cases and verdicts, as the file `campaign` of its folder keeps it.
///
/// @param version     of the Tailbound that began the campaign
/// @param seed        decides every case
/// @param engines     names of the engines, the reference first
/// @param rule        the tail-call rule in force, as `--tail-calls` spells it
/// @param fingerprint of the cases, see [CaseSource#fingerprint()]; empty until the first worker is up
public record Parameters(String version, long seed, List<String> engines, String rule, String fingerprint) {
    static final String FILE = "campaign";

    private static final String VERSION = "version";
    private static final String SEED = "seed";
    private static final String ENGINES = "engines";
    private static final String RULE = "tail_calls";
    private static final String CASES = "cases";

    public Parameters {
        engines = List.copyOf(engines);
    }

    static Parameters of(Settings settings) {
        return new Parameters(settings.version(), settings.seed(), settings.engines(), settings.rule(), "");
    }

    /// Those of the campaign in a folder; empty where there is none. Throws [BadInput] where they are damaged.
    public static Optional<Parameters> in(Path folder) throws IOException {
        var file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var values = KeyValueFile.read(file);
        return Optional.of(new Parameters(values.text(VERSION), values.number(SEED), List.of(values.text(ENGINES).split(" ", -1)),
                values.text(RULE), values.textOr(CASES, "")));
    }

    void write(Path folder) throws IOException {
        var values = new LinkedHashMap<String, String>();
        values.put(VERSION, version);
        values.put(SEED, Long.toString(seed));
        values.put(ENGINES, String.join(" ", engines));
        values.put(RULE, rule);
        if (!fingerprint.isEmpty()) {
            values.put(CASES, fingerprint);
        }
        KeyValueFile.write(folder.resolve(FILE), values);
    }

    /// Throws [BadInput] where a campaign in `folder` with these parameters cannot go on with the other ones; versions may differ.
    void requireSame(Path folder, Parameters other) {
        requireSame(folder, SEED, Long.toString(seed), Long.toString(other.seed));
        requireSame(folder, ENGINES, String.join(" ", engines), String.join(" ", other.engines));
        requireSame(folder, RULE, rule, other.rule);
    }

    /// These parameters with what stands for the cases; throws [BadInput] where they were others.
    Parameters withCases(Path folder, String found) {
        if (!fingerprint.isEmpty() && !fingerprint.equals(found)) {
            throw new BadInput(folder.toString(),
                    "expected cases %s, as of the campaign there, found %s: this version of Tailbound"
                            .formatted(fingerprint, found) + " makes others from the seed, begin in another folder");
        }
        return new Parameters(version, seed, engines, rule, found);
    }

    private static void requireSame(Path folder, String key, String here, String found) {
        if (!here.equals(found)) {
            throw new BadInput(folder.toString(), "expected %s %s, as of the campaign there, found %s".formatted(key, here,
                    found));
        }
    }
}
