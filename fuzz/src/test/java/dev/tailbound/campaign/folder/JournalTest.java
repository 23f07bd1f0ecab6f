package dev.tailbound.campaign.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.Journal;
import dev.tailbound.files.Folder;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    @TempDir
    private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal");
    }

    private static Tally agreeing(long from, long to) {
        var tally = new Tally.Builder(from);
        for (long index = from; index < to; index++) {
            tally.add(new ClassifiedCase(CaseVerdict.AGREE, ""));
        }
        return tally.build();
    }

    private Tally reread() throws IOException {
        try (var journal = new Journal(new Folder(folder), "journal", Shard.WHOLE)) {
            return journal.total();
        }
    }

    @Test
    void stores_the_sum_of_appended_tallies() throws IOException {
        try (var journal = new Journal(new Folder(folder), "journal", Shard.WHOLE)) {
            journal.append(agreeing(0, 10));
            journal.append(agreeing(10, 12));
        }
        assertThat(reread()).isEqualTo(agreeing(0, 12));
    }

    @Test
    void survives_a_cut_at_every_byte_and_continues_there() throws IOException {
        try (var journal = new Journal(new Folder(folder), "journal", Shard.WHOLE)) {
            journal.append(agreeing(0, 10));
            journal.append(agreeing(10, 12));
        }
        var whole = Files.readString(file);
        int firstLine = whole.indexOf('\n') + 1;
        for (int length = 0; length <= whole.length(); length++) {
            Files.writeString(file, whole.substring(0, length));
            var expected = length < firstLine ? Tally.NOTHING : length < whole.length() ? agreeing(0, 10) : agreeing(0, 12);
            assertThat(reread()).as("cut to %d bytes", length).isEqualTo(expected);
            try (var journal = new Journal(new Folder(folder), "journal", Shard.WHOLE)) {
                journal.append(agreeing(expected.to(), 20));
            }
            assertThat(reread()).as("cut to %d bytes, and continued", length).isEqualTo(agreeing(0, 20));
        }
    }

    @Test
    void refuses_a_line_with_a_changed_byte_and_does_not_change_the_file() throws IOException {
        try (var journal = new Journal(new Folder(folder), "journal", Shard.WHOLE)) {
            journal.append(agreeing(0, 10));
        }
        var whole = Files.readString(file);
        for (int at = 0; at < whole.length() - 1; at++) {
            var changed = whole.substring(0, at) + (char) (whole.charAt(at) ^ 1) + whole.substring(at + 1);
            Files.writeString(file, changed);
            assertThatThrownBy(this::reread).as("byte %d changed", at).isInstanceOf(BadInput.class).hasMessageStartingWith(file
                    + ":1: is damaged, expected a checksum and a tally, found '");
            assertThat(file).content().isEqualTo(changed);
        }
    }

    @Test
    void does_not_grow_without_bound() throws IOException {
        try (var journal = new Journal(new Folder(folder), "journal", Shard.WHOLE)) {
            for (long index = 0; index < 25_000; index++) {
                journal.append(agreeing(index, index + 1));
            }
        }
        assertThat(Files.readAllLines(file)).hasSizeLessThan(10_001);
        assertThat(reread()).isEqualTo(agreeing(0, 25_000));
    }
}
