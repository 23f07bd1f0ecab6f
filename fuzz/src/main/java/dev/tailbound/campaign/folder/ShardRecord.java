package dev.tailbound.campaign.folder;

import dev.tailbound.campaign.check.Shard;
import dev.tailbound.campaign.check.Tally;
import dev.tailbound.campaign.folder.TimeSeries.Moment;
import dev.tailbound.files.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What one shard of a campaign has counted so far.
///
/// Its cases are always the first ones of the shard, so of two records of a shard the longer one contains the other.
///
/// @param total   the tally of its journal
/// @param moments its progress, in order of time
public record ShardRecord(Shard shard, Tally total, List<Moment> moments) {
    private static final Comparator<ShardRecord> LENGTH = Comparator.<ShardRecord>comparingLong(record -> record.total().to())
            .thenComparingInt(record -> record.moments().size());

    public ShardRecord {
        moments = List.copyOf(moments);
    }

    /// The shard with a journal and a time series in a folder that another process may be writing.
    static ShardRecord in(Folder folder, Shard shard) throws IOException {
        return new ShardRecord(shard, Journal.totalIn(folder, CampaignFolder.JOURNAL, shard),
                TimeSeries.momentsIn(folder, CampaignFolder.SERIES));
    }

    /// The longer of two records of the same shard.
    static ShardRecord longer(ShardRecord a, ShardRecord b) {
        return LENGTH.compare(a, b) < 0 ? b : a;
    }

    /// The sum over different shards.
    static Tally total(Collection<ShardRecord> shards) {
        return shards.stream().map(ShardRecord::total).reduce(Tally::and).orElse(Tally.NOTHING);
    }

    /// The progress of shards that ran side by side. The number of signatures is that of the shard with most; the last moment has that of all.
    static List<Moment> moments(Collection<ShardRecord> shards) {
        if (shards.size() == 1) {
            return shards.iterator().next().moments();
        }
        var moments = new ArrayList<Moment>();
        var times = shards.stream().flatMap(shard -> shard.moments().stream()).map(Moment::seconds).distinct().sorted().toList();
        for (double time : times) {
            moments.add(shards.stream().map(shard -> shard.at(time)).reduce(new Moment(time, 0, 0, 0), Moment::beside));
        }
        if (!moments.isEmpty()) {
            int signatures = total(shards).findings().size();
            moments.add(moments.removeLast().beside(new Moment(0, 0, 0, signatures)));
        }
        return moments;
    }

    private Moment at(double time) {
        var last = new Moment(time, 0, 0, 0);
        for (var moment : moments) {
            if (moment.seconds() <= time) {
                last = moment;
            }
        }
        return last;
    }

    /// Writes the shard to a folder of its own, in place of an earlier record.
    void write(Folder folder) throws IOException {
        folder.write(CampaignFolder.SERIES, TimeSeries.text(moments));
        folder.write(CampaignFolder.JOURNAL, Journal.text(total));
    }
}
