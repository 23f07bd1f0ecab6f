package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.files.FileKind;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The parameters that determine a campaign's cases and verdicts, stored in the file `campaign` of its folder.
///
/// @param version     the Tailbound version that started the campaign
/// @param seed        determines every case
/// @param engines     names of the engines, the reference first
/// @param images      identities of real kernels' images, by engine name; earlier versions recorded none
/// @param rule        the tail-call rule, as a word of `--tail-calls`
/// @param shard       the share of the cases that the campaign checks
/// @param fingerprint fingerprint of the cases, see [CaseSource#fingerprint()]; empty until the first worker is ready
public record Parameters(String version, long seed, List<String> engines, Map<String, String> images, String rule, Shard shard,
        String fingerprint) {
    static final String FILE = "campaign";

    private static final String VERSION = "version";
    private static final String SEED = "seed";
    /// Followed by a number from 1.
    private static final String ENGINE = "engine.";
    private static final String IMAGE = "image.";
    /// Key of earlier versions: all engines, separated by spaces.
    private static final String ENGINES = "engines";
    private static final String RULE = "tail_calls";
    private static final String SHARD = "shard";
    private static final String CASES = "cases";

    public Parameters {
        engines = List.copyOf(engines);
        images = Map.copyOf(images);
    }

    static Parameters of(Settings settings) {
        return new Parameters(settings.version(), settings.seed(), settings.engines(), settings.images(), settings.rule(),
                settings.shard(), "");
    }

    /// The parameters of the campaign in a folder; empty if there is none. Throws [BadInput] if they are damaged.
    public static Optional<Parameters> in(Path path) throws IOException {
        var folder = new Folder(path);
        if (FileKind.of(path) != FileKind.FOLDER || folder.kind(FILE) == FileKind.NOTHING) {
            return Optional.empty();
        }
        var values = KeyValueFile.read(folder, FILE);
        var version = values.text(VERSION);
        long seed = values.number(SEED);
        var engines = engines(values);
        var images = new LinkedHashMap<String, String>();
        for (int i = 0; i < engines.size(); i++) {
            var image = values.textOr(IMAGE + (i + 1), "");
            if (!image.isEmpty()) {
                images.put(engines.get(i), image);
            }
        }
        return Optional.of(new Parameters(version, seed, engines, images, values.text(RULE), Shard.parse(path.resolve(FILE)
                .toString(), values.textOr(SHARD, Shard.WHOLE.toString())), values.textOr(CASES, "")));
    }

    private static List<String> engines(KeyValueFile values) {
        var old = values.textOr(ENGINES, "");
        if (!old.isEmpty()) {
            return List.of(old.split(" ", -1));
        }
        var engines = new ArrayList<String>();
        do {
            engines.add(values.text(ENGINE + (engines.size() + 1)));
        } while (!values.textOr(ENGINE + (engines.size() + 1), "").isEmpty());
        return engines;
    }

    void write(Folder folder) throws IOException {
        var values = new LinkedHashMap<String, String>();
        values.put(VERSION, version);
        values.put(SEED, Long.toString(seed));
        for (int i = 0; i < engines.size(); i++) {
            values.put(ENGINE + (i + 1), engines.get(i));
            if (images.containsKey(engines.get(i))) {
                values.put(IMAGE + (i + 1), images.get(engines.get(i)));
            }
        }
        values.put(RULE, rule);
        if (!shard.isWhole()) {
            values.put(SHARD, shard.toString());
        }
        if (!fingerprint.isEmpty()) {
            values.put(CASES, fingerprint);
        }
        folder.write(FILE, KeyValueFile.text(values));
    }

    /// These parameters, with the images of `other` if none are recorded. Throws [BadInput] if the campaign in `folder` cannot resume with `other`.
    /// Versions may differ.
    Parameters continuedBy(Parameters other, Path folder) {
        requireSame(folder, SEED, Long.toString(seed), Long.toString(other.seed));
        requireSame(folder, ENGINES, String.join(" ", engines), String.join(" ", other.engines));
        images.forEach((engine, image) -> requireSame(folder, "for engine %s the kernel image".formatted(engine), image,
                other.images.getOrDefault(engine, "none")));
        requireSame(folder, RULE, rule, other.rule);
        requireSame(folder, SHARD, shard.toString(), other.shard.toString());
        return images.isEmpty() ? new Parameters(version, seed, engines, other.images, rule, shard, fingerprint) : this;
    }

    /// The parameters of this campaign joined with those of a shard of it in `folder`; throws [BadInput] if that is another campaign.
    Parameters joined(Parameters other, Path folder) {
        requireSame(folder, SEED, Long.toString(seed), Long.toString(other.seed));
        requireSame(folder, ENGINES, String.join(" ", engines), String.join(" ", other.engines));
        images.forEach((engine, image) -> requireSame(folder, "for engine %s the kernel image".formatted(engine), image,
                other.images.getOrDefault(engine, image)));
        requireSame(folder, RULE, rule, other.rule);
        if (!fingerprint.isEmpty() && !other.fingerprint.isEmpty()) {
            requireSame(folder, CASES, fingerprint, other.fingerprint);
        }
        return new Parameters(version, seed, engines, images.isEmpty() ? other.images : images, rule, Shard.WHOLE,
                fingerprint.isEmpty() ? other.fingerprint : fingerprint);
    }

    /// These parameters with the fingerprint of the cases; throws [BadInput] if another one is recorded.
    Parameters withCases(Path folder, String found) {
        if (!fingerprint.isEmpty() && !fingerprint.equals(found)) {
            throw new BadInput(folder.toString(),
                    "expected cases %s, as of the campaign there, found %s: this version of Tailbound"
                            .formatted(fingerprint, found) + " generates others from the seed, start in another folder");
        }
        return new Parameters(version, seed, engines, images, rule, shard, found);
    }

    private static void requireSame(Path folder, String key, String here, String found) {
        if (!here.equals(found)) {
            throw new BadInput(folder.toString(),
                    "expected %s %s, as of the campaign there, found %s".formatted(key, here, found));
        }
    }
}
