package dev.tailbound.coverage;

import dev.tailbound.cases.Case;
import dev.tailbound.coverage.Feature.Scope;
import dev.tailbound.isa.Insn;
import java.util.Arrays;

/// Counts the contents of cases: instructions by shape, features, features together with the kinds of calls in the same function, and sizes.
///
/// It reads finished cases, so it reports what a campaign ran, not what the generator intended.
///
/// `coverage.add(c); coverage.cases(Feature.ATOMIC, CallKind.TAIL_CALL_FROM_SUBPROGRAM)`
@SuppressWarnings("EnumOrdinal") // positions in arrays that nothing stores
public final class Coverage {
    private static final CallKind[] KINDS = CallKind.values();
    private static final Feature[] FEATURES = Feature.values();

    private long cases;
    private final long[] shapes = new long[Shape.limit()];
    private final long[] features = new long[FEATURES.length];
    private final long[] pairs = new long[FEATURES.length * KINDS.length];
    private final long[][] sizes = new long[Measure.values().length][Integer.SIZE + 1];

    /// Counts one more case.
    public void add(Case source) {
        cases++;
        for (var program : source.programs()) {
            for (Insn insn : program.insns()) {
                shapes[Shape.of(insn).number()]++;
            }
        }
        var survey = new CaseSurvey(source);
        SizeSurvey.survey(survey, source, (measure, number) -> sizes[measure.ordinal()][Measure.magnitude(number)]++);
        long inFunctions = 0;
        var besides = new long[KINDS.length];
        for (var program : survey.programs) {
            for (var function : program.functions()) {
                inFunctions |= function.features();
                for (var kind : KINDS) {
                    if (function.makes(kind)) {
                        besides[kind.ordinal()] |= function.features();
                    }
                }
            }
        }
        Feature.in(Scope.CASE, survey.features()).forEach(feature -> features[feature.ordinal()]++);
        Feature.in(Scope.FUNCTION, inFunctions).forEach(feature -> features[feature.ordinal()]++);
        for (var kind : KINDS) {
            Feature.in(Scope.FUNCTION, besides[kind.ordinal()]).forEach(feature -> pairs[pair(feature, kind)]++);
        }
    }

    /// Adds the counts of another.
    public void add(Coverage other) {
        cases += other.cases;
        Arrays.setAll(shapes, i -> shapes[i] + other.shapes[i]);
        Arrays.setAll(features, i -> features[i] + other.features[i]);
        Arrays.setAll(pairs, i -> pairs[i] + other.pairs[i]);
        for (int i = 0; i < sizes.length; i++) {
            var theirs = other.sizes[i];
            var ours = sizes[i];
            Arrays.setAll(ours, magnitude -> ours[magnitude] + theirs[magnitude]);
        }
    }

    public long cases() {
        return cases;
    }

    /// Number of instructions of this shape.
    public long insns(Shape shape) {
        return shapes[shape.number()];
    }

    /// Number of cases with the feature.
    public long cases(Feature feature) {
        return features[feature.ordinal()];
    }

    /// Number of cases with a function that has the feature and makes such a call; the pair must [Feature#fits].
    public long cases(Feature feature, CallKind kind) {
        if (!feature.fits(kind)) {
            throw new IllegalArgumentException("no function has %s together with %s".formatted(feature, kind));
        }
        return pairs[pair(feature, kind)];
    }

    /// Number of occurrences with this magnitude, see [Measure#lowest()].
    public long occurrences(Measure measure, int magnitude) {
        return sizes[measure.ordinal()][magnitude];
    }

    private static int pair(Feature feature, CallKind kind) {
        return feature.ordinal() * KINDS.length + kind.ordinal();
    }
}
