package dev.tailbound.jit.passes;

import dev.tailbound.jit.Lowering;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The passes that run before a JIT, always in the order of [Name].
///
/// `Passes.ALL.without(Passes.Name.DEAD_CODE).lowering(Profile.X86_64_V6_12)`
///
/// @param fastcall rule for removing spills and fills
public record Passes(Set<Name> names, FastcallRule fastcall) {

    /// The passes, in order.
    public enum Name {
        // @formatter:off
        FASTCALL    ("fastcall"),
        DEAD_CODE   ("dead-code"),
        PRO_EPILOGUE("pro-epilogue"),
        CONTEXT     ("context"),
        /// Before the guards, so that its check for 64-bit reads does not see their copies of divisors.
        ZEXT        ("zext"),
        INLINE      ("inline"),
        GUARDS      ("guards");
        // @formatter:on

        private final String word;

        Name(String word) {
            this.word = word;
        }

        /// The name on the command line.
        public String word() {
            return word;
        }

        public static List<String> words() {
            return Stream.of(values()).map(Name::word).toList();
        }
    }

    public static final Passes ALL = new Passes(EnumSet.allOf(Name.class), FastcallRule.CONTRACT);

    /// Passes that x86-64 needs for correctness: prologues and epilogues, trapping divisions, and stale upper halves.
    public static final Passes NECESSARY = new Passes(EnumSet.of(Name.PRO_EPILOGUE, Name.ZEXT, Name.GUARDS),
            FastcallRule.CONTRACT);

    public Passes {
        names = Set.copyOf(names);
    }

    public Passes without(Name name) {
        return new Passes(names.stream().filter(other -> other != name).collect(Collectors.toSet()), fastcall);
    }

    public Passes with(FastcallRule rule) {
        return new Passes(names, rule);
    }

    public Lowering lowering(Profile profile) {
        return new Lowering(Stream.of(Name.values()).filter(names::contains).map(name -> switch (name) {
            case FASTCALL -> new Fastcall(fastcall, profile, names.contains(Name.INLINE));
            case DEAD_CODE -> new DeadCode();
            case PRO_EPILOGUE -> new ProEpilogues();
            case CONTEXT -> new ContextConversion(profile.skb());
            case ZEXT -> new CmpxchgZeroExtension();
            case INLINE -> new Inlining(profile);
            case GUARDS -> new DivisionGuards();
        }).toList());
    }
}
