package dev.tailbound.jit.passes;

import dev.tailbound.jit.Lowering;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Which passes run before a JIT; they always do so in the order of [Name].
///
/// `Passes.ALL.without(Passes.Name.DEAD_CODE).lowering()`
public record Passes(Set<Name> names) {

    /// The passes, in order.
    public enum Name {
        // @formatter:off
        DEAD_CODE   ("dead-code"),
        PRO_EPILOGUE("pro-epilogue"),
        /// Its test for 64-bit reads need not see the guards' copies of divisors.
        ZEXT        ("zext"),
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

    public static final Passes ALL = new Passes(EnumSet.allOf(Name.class));

    /// What x86-64 cannot do without: what is generated around programs, divisions that trap, and upper halves that stay.
    public static final Passes NECESSARY = new Passes(EnumSet.of(Name.PRO_EPILOGUE, Name.ZEXT, Name.GUARDS));

    public Passes {
        names = Set.copyOf(names);
    }

    public Passes without(Name name) {
        return new Passes(Stream.of(Name.values()).filter(other -> names.contains(other) && other != name)
                .collect(Collectors.toSet()));
    }

    public Lowering lowering() {
        return new Lowering(Stream.of(Name.values()).filter(names::contains).map(name -> switch (name) {
            case DEAD_CODE -> new DeadCode();
            case PRO_EPILOGUE -> new ProEpilogues();
            case ZEXT -> new CmpxchgZeroExtension();
            case GUARDS -> new DivisionGuards();
        }).toList());
    }
}
