package dev.tailbound.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.ClassifiedCase;
import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.worker.WorkerRequest.Check;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BacklogTest {
    private final Backlog backlog = new Backlog(10, OptionalLong.of(100), Shard.WHOLE);

    private static Tally done(long from, long to) {
        var tally = new Tally.Builder(from);
        for (long index = from; index < to; index++) {
            tally.add(new ClassifiedCase(CaseVerdict.AGREE, ""));
        }
        return tally.build();
    }

    @Test
    void hands_out_every_case_once_up_to_the_end() {
        assertThat(backlog.take(50, true)).contains(new Check(10, 60));
        assertThat(backlog.take(50, true)).contains(new Check(60, 100));
        assertThat(backlog.take(50, true)).isEmpty();
        assertThat(backlog.exhausted()).isTrue();
    }

    @Test
    void hands_out_returned_cases_before_new_ones_or_alone() {
        backlog.take(50, true);
        backlog.giveBack(20, 30);
        backlog.giveBack(30, 30);
        assertThat(backlog.take(50, false)).contains(new Check(20, 30));
        assertThat(backlog.take(50, false)).isEmpty();
        assertThat(backlog.take(5, true)).contains(new Check(60, 65));
    }

    @Test
    void cases_are_counted_in_their_order() {
        backlog.take(10, true);
        backlog.take(10, true);
        backlog.done(done(20, 30));
        assertThat(backlog.next()).isEmpty();
        backlog.done(done(10, 15));
        assertThat(backlog.next()).contains(done(10, 15));
        backlog.counted();
        assertThat(backlog.next()).isEmpty();
        backlog.done(done(15, 20));
        backlog.counted();
        assertThat(backlog.next()).contains(done(20, 30));
        assertThat(backlog.settled()).isFalse();
        backlog.counted();
        assertThat(backlog.settled()).isTrue();
    }

    @Test
    void waits_for_an_early_case_instead_of_storing_all_later_ones() {
        var endless = new Backlog(0, OptionalLong.empty(), Shard.WHOLE);
        endless.take(1, true);
        int taken = 0;
        for (var next = endless.take(1, true); next.isPresent(); next = endless.take(1, true)) {
            endless.done(done(next.get().from(), next.get().to()));
            taken++;
        }
        assertThat(taken).isEqualTo(4096);
    }
}
