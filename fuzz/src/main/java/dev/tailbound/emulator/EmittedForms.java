package dev.tailbound.emulator;

import dev.tailbound.cases.Case;
import dev.tailbound.engines.EmulatedSpec;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.generate.SeededCases;
import dev.tailbound.jit.Architecture;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.run.emulated.EmulatedEngine;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.Verifier;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// The instruction forms that the x86-64 backend emits, with each of its schemes and options.
public final class EmittedForms {
    /// Generated cases whose code is surveyed. Twice as many add no form.
    private static final int GENERATED = 500;
    private static final List<String> RELEASES = List.of("v6.1", "v7.2");

    private EmittedForms() {}

    /// Surveys the code of these cases and of generated ones. Engines take turns.
    public static FormSurvey survey(List<Case> given, long seed) {
        var survey = new FormSurvey();
        var engines = new ArrayList<EmulatedEngine>();
        try {
            names().forEach(name -> engines.add(((EmulatedSpec) EngineSpec.parse(name)).open(TailCallRule.V6_12)));
            engines.forEach(engine -> engine.routines().forEach(survey::add));
            var generated = new SeededCases(seed, new CaseGenerator(GeneratorOptions.DEFAULT), 1);
            int turn = 0;
            for (var source : Stream.concat(given.stream(), LongStream.range(0, GENERATED).mapToObj(generated::at)).toList()) {
                if (Verifier.verify(source) instanceof Verdict.Accepted(var verified)) {
                    engines.get(turn++ % engines.size()).images(verified).ifPresent(images -> images.forEach(survey::add));
                }
            }
            return survey;
        } finally {
            engines.forEach(EmulatedEngine::close);
        }
    }

    private static Stream<String> names() {
        var word = Architecture.X86_64.word();
        return Stream.concat(Stream.of(word),
                Stream.concat(EmulatedSpec.ownOptions(Architecture.X86_64).stream(), RELEASES.stream())
                        .map(option -> word + ":" + option));
    }
}
