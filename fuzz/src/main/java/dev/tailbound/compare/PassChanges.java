package dev.tailbound.compare;

import dev.tailbound.jit.Lowering.Stage;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.verify.VerifiedCase;
import java.util.Set;
import java.util.TreeSet;

/// The passes that change a case, for x86-64 and kernel 6.12.
public final class PassChanges {
    private VerifiedCase last;
    private Set<String> names = Set.of();

    /// The names of the passes, computed once for all inputs of the same programs.
    public Set<String> of(VerifiedCase verified) {
        if (last == null || !last.holdsFor(verified.source())) {
            names = find(verified);
            last = verified;
        }
        return names;
    }

    private static Set<String> find(VerifiedCase verified) {
        var lowering = Passes.ALL.lowering(Profile.X86_64_V6_12);
        var names = new TreeSet<String>();
        for (int i = 0; i < verified.facts().size(); i++) {
            var stages = lowering.stages(verified.source(), verified.source().programs().get(i), verified.facts().get(i));
            stages.stream().skip(1).map(Stage::pass).forEach(names::add);
        }
        return names;
    }
}
