package dev.tailbound.report;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.coverage.Coverage;

/// What some of a campaign's cases contain, spread evenly over all of them and made again from the seed.
///
/// @param cases  of the campaign
/// @param failed cases of the sample that the generator could not make
/// @param isSame whether the cases are the campaign's: another version of the generator makes others
record CoverageSample(Coverage coverage, long cases, long failed, boolean isSame) {

    /// At most `size` cases.
    static CoverageSample of(CaseSource source, String fingerprint, long cases, long size) {
        var coverage = new Coverage();
        boolean isSame = fingerprint.isEmpty() || fingerprint.equals(source.fingerprint());
        long failed = 0;
        long taken = isSame ? Math.min(cases, size) : 0;
        for (long i = 0; i < taken; i++) {
            try {
                coverage.add(source.at(Math.floorDiv(i * cases, taken)));
            } catch (RuntimeException | StackOverflowError e) {
                failed++; // a finding of the campaign, too
            }
        }
        return new CoverageSample(coverage, cases, failed, isSame);
    }

    boolean isEmpty() {
        return coverage.cases() == 0;
    }

    /// What the numbers are of, in one sentence.
    String describe() {
        if (!isSame) {
            return "Not shown: this version of Tailbound makes other cases from the seed than the one that ran the campaign.";
        }
        if (isEmpty()) {
            return "No case is counted yet.";
        }
        var what = coverage.cases() == cases
                ? "All %s of the campaign".formatted(Figures.counted(cases, "case"))
                : "A sample of %s out of %s, evenly spread over the campaign".formatted(Figures.counted(coverage.cases(), "case"),
                        Figures.count(cases));
        return what + ", made again from the seed."
                + (failed == 0 ? "" : " %s could not be made.".formatted(Figures.counted(failed, "case")));
    }
}
