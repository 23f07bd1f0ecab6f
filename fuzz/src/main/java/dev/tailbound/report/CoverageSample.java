package dev.tailbound.report;

import dev.tailbound.campaign.check.CaseSource;
import dev.tailbound.coverage.Coverage;

/// The contents of a sample of a campaign's cases, evenly spread and generated again from the seed.
///
/// @param cases  number of cases of the campaign
/// @param failed number of cases in the sample that could not be generated
/// @param isSame whether the cases are those of the campaign: another version of the generator has others
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
                failed++; // the campaign reports it as a finding
            }
        }
        return new CoverageSample(coverage, cases, failed, isSame);
    }

    boolean isEmpty() {
        return coverage.cases() == 0;
    }

    /// One sentence that describes the sample.
    String describe() {
        if (!isSame) {
            return "Not shown: this version of Tailbound generates other cases from the seed than the version that ran the campaign.";
        }
        if (isEmpty()) {
            return "No case is counted yet.";
        }
        var what = coverage.cases() == cases ? "All %s of the campaign".formatted(Figures.counted(cases, "case"))
                : "A sample of %s out of %s, evenly spread over the campaign".formatted(Figures.counted(coverage.cases(), "case"),
                        Figures.count(cases));
        return what + ", generated again from the seed."
                + (failed == 0 ? "" : " %s could not be generated.".formatted(Figures.counted(failed, "case")));
    }
}
