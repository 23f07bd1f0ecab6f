package dev.tailbound.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.MinimizationResult;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.CampaignFolder;
import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.campaign.folder.Finding;
import dev.tailbound.campaign.folder.Parameters;
import dev.tailbound.campaign.folder.Settings;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.campaign.worker.WorkerLaunch;
import dev.tailbound.generate.Choices;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.report.StoredCampaign;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A campaign folder may be untrusted: nothing outside it changes, and each problem in it is one line.
class HostileFolderTest {
    private static final List<String> ENGINES = List.of("oracle", "x86-64:stack-copy");
    private static final Settings SETTINGS = new Settings(1, ENGINES, "v6.12", OptionalLong.of(20), Optional.empty(), 1,
            Duration.ofSeconds(10), List.of(), "test");

    @TempDir
    private Path place;

    private final List<String> notes = new ArrayList<>();

    private CampaignFolder open(Path out) throws IOException {
        return CampaignFolder.open(out, SETTINGS, notes::add);
    }

    /// All operations of a campaign on its folder.
    private void work(Path out) throws IOException {
        try (var folder = open(out)) {
            folder.agreeOnCases("01234567");
            var findings = folder.findings();
            for (var signature : findings.unreduced()) {
                var finding = findings.smallestSoFar(signature);
                if (finding.isPresent()) {
                    findings.storeSmaller(finding.get());
                    findings.storeReason(signature, "No reason.");
                    findings.storeReduced(finding.get(), MinimizationResult.SMALLEST);
                }
            }
            var next = new ClassifiedCase(CaseVerdict.DIVERGE, "x86-64:stack-copy.r0");
            if (!findings.has(next.name())) {
                findings.store(new Finding(next.name(), folder.total().to(), "-- prog p\nexit\n", ""));
            }
            folder.count(new Tally.Builder(folder.total().to()).add(next).add(ClassifiedCase.died(CaseVerdict.CRASH)).build());
            folder.series().add(Duration.ofSeconds(3).plus(folder.series().before()), folder.total());
        }
    }

    /// For a long run: `-Dtailbound.rounds=1000000`.
    @Test
    void for_any_folder_nothing_outside_changes_and_each_problem_is_one_line() throws IOException {
        var hostile = new HostileFolder(place);
        int rounds = Integer.getInteger("tailbound.rounds", 1000);
        int refused = 0;
        for (int round = 0; round < rounds; round++) {
            hostile.change(Choices.seeded(Long.getLong("tailbound.seed", 1), round));
            try {
                CampaignRecord.read(hostile.out());
                work(hostile.out());
            } catch (BadInput bad) {
                refused++;
                assertThat(bad.getMessage()).as("round %d", round).isEqualTo(Printable.line(bad.getMessage()));
            } catch (RuntimeException | IOException failure) {
                throw new AssertionError("round " + round, failure);
            }
            hostile.assertNothingElseChanged();
        }
        assertThat(notes).as("damaged findings").hasSizeGreaterThan(rounds / 20)
                .allMatch(note -> note.equals(Printable.line(note)));
        assertThat(refused).as("refused folders").isBetween(rounds / 20, rounds - rounds / 20);
    }

    /// A campaign of twelve cases with one finding, which is not minimized yet.
    private Path campaign() throws IOException {
        var out = place.resolve("out");
        StoredCampaign.of(out, String.join(" ", ENGINES)).counted("0 12 agree=11 crash=1 finding:crash=1/3/3").found("crash");
        Files.writeString(out.resolve("findings/crash/stats"), "count = 1\ncase = 3\nfirst_time = t\n");
        Files.move(out.resolve("findings/crash/minimized.case"), out.resolve("findings/crash/original.case"));
        return out;
    }

    @ParameterizedTest
    @ValueSource(strings = { "campaign", "journal", "stats.tsv", "lock", "findings", "workers" })
    void a_link_in_the_folder_is_refused(String name) throws IOException {
        var out = campaign();
        var elsewhere = Files.exists(out.resolve(name)) ? Files.move(out.resolve(name), place.resolve("elsewhere"))
                : Files.createDirectory(place.resolve("elsewhere"));
        var kept = Files.isDirectory(elsewhere) ? Files.writeString(elsewhere.resolve("x.tmp"), "kept") : elsewhere;
        var before = Files.readString(kept);
        var link = Files.createSymbolicLink(out.resolve(name), elsewhere);
        assertThatThrownBy(() -> work(out)).isInstanceOf(BadInput.class).hasMessageStartingWith(link.toString())
                .hasMessageEndingWith("found a link");
        assertThat(kept).hasContent(before);
    }

    @Test
    void links_among_the_findings_are_not_followed() throws IOException {
        var out = campaign();
        var elsewhere = Files.createDirectory(place.resolve("elsewhere"));
        var kept = Files.writeString(elsewhere.resolve("report.md.tmp"), "kept");
        Files.createSymbolicLink(out.resolve("findings/x.tmp"), elsewhere);
        Files.createSymbolicLink(out.resolve("findings/x86-64-stack-copy.r0"), elsewhere);
        Files.createSymbolicLink(out.resolve("findings/crash/smaller.case"), kept);
        work(out);
        assertThat(elsewhere).isDirectoryContaining(kept::equals);
        assertThat(kept).hasContent("kept");
        assertThat(out.resolve("findings/x.tmp")).doesNotExist();
        assertThat(notes).hasSize(2).anyMatch(note -> note.contains(
                "findings/x86-64-stack-copy.r0: expected a folder, found a link"))
                .anyMatch(note -> note.contains("findings/crash/smaller.case: expected a regular file, found a link"));
    }

    @Test
    void the_folder_itself_may_be_a_link() throws IOException {
        var link = Files.createSymbolicLink(place.resolve("link"), campaign());
        work(link);
        assertThat(CampaignRecord.read(link).total().cases()).isEqualTo(14);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 1 crash=1 finding:../../x=1/0/0      | expected the name of a finding, found '../../x'",
        "0 1 crash=1 finding:/x=1/0/0           | expected the name of a finding, found '/x'",
        "0 1 crash=1 finding:..=1/0/0           | expected the name of a finding, found '..'",
        "0 1 crash=1 finding:=1/0/0             | expected the name of a finding, found ''",
        "0 1 known=1 known:\u001b=1/0/0         | expected the name of a finding, found '\\u001b'",
        "0 1 crash=1 finding:crash=2/0/0        | sightings: expected 0 to 1, found 2",
        "0 1 crash=1 finding:crash=1/7/7        | crash is seen from case 7 to 7, expected 0 to before 1",
        "0 9223372036854775807 agree=9223372036854775807 | tally of cases 0 to 9223372036854775807 counts",
        "0 1 agree=2 crash=-1                   | verdicts: expected 0 to 1, found",
    })
    void a_journal_with_correct_checksums_is_still_validated(String tally, String message) throws IOException {
        var out = StoredCampaign.of(place.resolve("out"), String.join(" ", ENGINES)).counted(tally).folder();
        assertThatThrownBy(() -> work(out)).isInstanceOf(BadInput.class).hasMessageContainingAll("journal:1: is damaged: ",
                message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "stats         | -            | stats: expected a regular file, found nothing",
        "stats         | ''           | stats: is damaged or of something else, expected a line count = ..., found none",
        "stats         | count = many | stats: is damaged, expected a number as count, found 'many'",
        "stats         | /            | stats: expected a regular file, found a folder",
        "original.case | ''           | original.case: no program, expected a section -- prog NAME",
        "original.case | nonsense     | original.case:1: expected a section such as",
        "original.case | /            | original.case: expected a regular file, found a folder",
        "smaller.case  | /            | smaller.case: expected a regular file, found a folder",
        "report.md     | /            | report.md: expected a regular file, found a folder",
    })
    void only_the_damaged_finding_is_lost_and_it_is_named(String name, String content, String message) throws IOException {
        var out = campaign();
        var file = out.resolve("findings/crash").resolve(name);
        Files.deleteIfExists(file);
        switch (content) {
            case "-" -> {
            }
            case "/" -> Files.createDirectory(file);
            default -> Files.writeString(file, content);
        }
        work(out);
        assertThat(notes).singleElement().asString().contains("findings/crash/" + message)
                .endsWith("; this finding is not changed, counted or minimized");
        assertThat(CampaignRecord.read(out).total().cases()).isEqualTo(14);
        assertThat(out.resolve("findings/x86-64-stack-copy.r0/stats")).content().contains("count = 1");
    }

    @Test
    void findings_of_earlier_versions_get_their_new_names() throws IOException {
        var out = StoredCampaign.of(place.resolve("out"), String.join(" ", ENGINES))
                .counted("0 2 diverge=2 finding:x86-64:stack-copy+arm64.r0=1/0/0 finding:x86-64:stack-copy.r0=1/1/1")
                .found("x86-64:stack-copy+arm64.r0").found("x86-64:stack-copy.r0").folder();
        assertThat(CampaignRecord.read(out).findings()).extracting(StoredFinding::signature)
                .containsExactly("x86-64-stack-copy.r0", "x86-64-stack-copy_arm64.r0");
        work(out);
        assertThat(out.resolve("findings/x86-64-stack-copy.r0/minimized.case")).exists();
        assertThat(CampaignRecord.read(out).findings()).filteredOn(finding -> finding.signature().equals("x86-64-stack-copy.r0"))
                .singleElement().extracting(finding -> finding.seen().orElseThrow().count()).isEqualTo(2L);
    }

    @Test
    void a_folder_of_another_user_is_refused() throws IOException {
        assumeTrue((int) Files.getAttribute(Path.of("/proc/self"), "unix:uid") == 0, "only root can give folders away");
        var out = campaign();
        Files.setAttribute(out, "unix:uid", 65534);
        assertThatThrownBy(() -> work(out)).isInstanceOf(BadInput.class).hasMessageStartingWith(out
                + ": expected a file or folder of user root, found one of user ");
        Files.setAttribute(out, "unix:uid", 0);
        Files.setAttribute(out.resolve("campaign"), "unix:uid", 65534, LinkOption.NOFOLLOW_LINKS);
        assertThatThrownBy(() -> work(out)).isInstanceOf(BadInput.class).hasMessageStartingWith(out.resolve("campaign")
                + ": expected a file or folder of user root, found one of user ");
    }

    @Test
    void engines_with_any_name_are_recorded() throws IOException {
        var engines = List.of("oracle", "kernel:x86-64:/a b/c,d='\"\\e\n\u00fc \u202e");
        var images = Map.of(engines.getLast(), "6.1.0 sha256:00");
        var out = place.resolve("out");
        var settings = new Settings(1, engines, images, "v6.1", Shard.WHOLE, OptionalLong.of(1), Optional.empty(), 1,
                Duration.ofSeconds(1), List.of(), "a\nb");
        CampaignFolder.open(out, settings, notes::add).close();
        CampaignFolder.open(out, settings, notes::add).close();
        var read = Parameters.in(out).orElseThrow();
        assertThat(read.engines()).isEqualTo(engines);
        assertThat(read.images()).isEqualTo(images);

        var replaced = new Settings(1, engines, Map.of(engines.getLast(), "6.12.1 sha256:11"), "v6.12", Shard.WHOLE,
                OptionalLong.of(1), Optional.empty(), 1, Duration.ofSeconds(1), List.of(), "a");
        assertThatThrownBy(() -> CampaignFolder.open(out, replaced, notes::add)).isInstanceOf(BadInput.class)
                .hasMessageContainingAll("the kernel image 6.1.0 sha256:00, as of the campaign there, found 6.12.1 sha256:11");
    }

    @Test
    void workers_run_from_a_copy_of_the_jar() throws IOException {
        var jar = Files.writeString(place.resolve("t.jar"), "old");
        var launch = new WorkerLaunch("Main", List.of(), jar.toString()).copiedTo(place);
        Files.writeString(jar, "new");
        assertThat(Path.of(launch.classPath())).hasContent("old");
        WorkerLaunch.deleteCopy(place);
        assertThat(Path.of(launch.classPath())).doesNotExist();
        var classes = new WorkerLaunch("Main", List.of(), "a:b");
        assertThat(classes.copiedTo(place)).isEqualTo(classes);
    }
}
