package dev.tailbound.bench;

import java.util.Comparator;
import java.util.List;

/// What a number of cases took.
///
/// Compare processor time on a machine with other load: elapsed time includes the time of other processes.
///
/// @param elapsed   nanoseconds from the first case to the end of the last
/// @param processor nanoseconds of processor time of the whole process in between: garbage collector and JIT compiler of the virtual machine count
/// @param nanos     elapsed in each of [Bench#stages()]
@SuppressWarnings("ArrayRecordComponent") // one per round: read by index, never compared
public record Round(int cases, int diverged, int inconclusive, long elapsed, long processor, long[] nanos) {

    /// The round of median length: medians of single stages would not add up.
    public static Round median(List<Round> rounds) {
        return rounds.stream().sorted(Comparator.comparingLong(Round::processor)).toList().get(rounds.size() / 2);
    }

    /// Elapsed time divided by the time inside emulators; infinite without an emulator.
    public double ratioToBare(List<Stage> stages) {
        long bare = 0;
        for (int i = 0; i < nanos.length; i++) {
            bare += stages.get(i).bare() ? nanos[i] : 0;
        }
        return (double) elapsed / bare;
    }

    /// `part` as a fraction of the elapsed time.
    public double share(long part) {
        return (double) part / elapsed;
    }

    /// Microseconds of processor time per case, for a part of the elapsed time.
    public double micros(long part) {
        return share(part) * processor / 1e3 / cases;
    }

    public double casesPerSecond() {
        return cases * 1e9 / elapsed;
    }

    public double casesPerProcessorSecond() {
        return cases * 1e9 / processor;
    }
}
