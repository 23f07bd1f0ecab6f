package dev.tailbound.verify;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.EffectiveProgram;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.stream.IntStream;

/// A case that the verifier accepted, or one whose facts are not the verifier's, see [Basis].
///
/// @param facts  facts about each program, in the case's order
/// @param wholes effective code of each program, with prologue and epilogue, in the same order
/// @param order  byte order of the target, on which facts and runs depend
public record VerifiedCase(Case source, List<ProgramFacts> facts, List<EffectiveProgram> wholes, Basis basis, ByteOrder order) {

    /// The basis of the facts.
    public enum Basis {
        /// The verifier accepts the case as it is.
        VERIFIED,
        /// The verifier accepts the case after unset registers are set to 0.
        COMPLETED,
        /// The verifier rejects the case. The facts hold for any program: all code is reached, and each function uses all of the stack.
        ASSUMED
    }

    public VerifiedCase {
        facts = List.copyOf(facts);
        wholes = List.copyOf(wholes);
    }

    public VerifiedCase(Case source, List<ProgramFacts> facts, ByteOrder order) {
        this(source, facts, source.wholes(), Basis.VERIFIED, order);
    }

    /// A case for a little-endian target.
    public VerifiedCase(Case source, List<ProgramFacts> facts) {
        this(source, facts, ByteOrder.LITTLE_ENDIAN);
    }

    /// The verifier refuses the case as it was written, and so do kernels.
    public boolean isUnverified() {
        return basis != Basis.VERIFIED;
    }

    VerifiedCase as(Basis other) {
        return new VerifiedCase(source, facts, wholes, other, order);
    }

    /// The same, where these are the instructions that go to the context, for each program.
    public VerifiedCase withContextAccesses(List<BitSet> accesses) {
        return new VerifiedCase(source,
                IntStream.range(0, facts.size()).mapToObj(i -> facts.get(i).withContextAccesses(accesses.get(i))).toList(),
                wholes, basis, order);
    }

    /// The same facts for another case, for which they must [hold][#holdsFor].
    VerifiedCase on(Case other) {
        return new VerifiedCase(other, facts, wholes, basis, order);
    }

    /// The facts also hold for the other case because it differs only in its input: map values, program array slots, context and environment.
    ///
    /// Slots count as input only if all programs get the same arguments, whether entered or tail-called.
    public boolean holdsFor(Case other) {
        return source.programs().equals(other.programs()) && source.entry().equals(other.entry())
                && source.events().equals(other.events()) && source.proEpilogue().equals(other.proEpilogue())
                && source.kernelEnvironment().equals(other.kernelEnvironment())
                && source.attachments().equals(other.attachments()) && haveSameShape(source.context(), other.context())
                && haveSameShapes(source.maps(), other.maps());
    }

    private static boolean haveSameShape(Context one, Context other) {
        return switch (one) {
            case Context.Skb _ -> other instanceof Context.Skb;
            case Context.Mem(var data) -> other instanceof Context.Mem(var otherData) && data.length() == otherData.length();
        };
    }

    private boolean haveSameShapes(List<BpfMap> ones, List<BpfMap> others) {
        boolean same = ones.size() == others.size();
        for (int i = 0; same && i < ones.size(); i++) {
            same = haveSameShape(ones.get(i), others.get(i));
        }
        return same;
    }

    private boolean haveSameShape(BpfMap one, BpfMap other) {
        boolean slotsAreInput = source.context() instanceof Context.Skb && source.attachments().isEmpty();
        return one.name().equals(other.name()) && one.entries() == other.entries() && switch (one) {
            case BpfMap.Array array -> other instanceof BpfMap.Array same && array.valueSize() == same.valueSize();
            case BpfMap.ProgArray array ->
                other instanceof BpfMap.ProgArray same && (slotsAreInput || array.slots().equals(same.slots()));
        };
    }
}
