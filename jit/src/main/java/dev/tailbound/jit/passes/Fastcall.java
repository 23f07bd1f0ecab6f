package dev.tailbound.jit.passes;

import dev.tailbound.isa.FastcallPattern;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.jit.Edit;
import dev.tailbound.jit.Lowered;
import dev.tailbound.jit.Rewrite;
import dev.tailbound.verify.ProgramFacts.StackAccess;
import dev.tailbound.verify.ProgramFacts.Subprogram;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.List;

/// Removes spills and fills around calls that preserve registers (`bpf_fastcall`), and stack space used only by them.
///
/// Compilers emit them for kernels without `bpf_fastcall`. A pattern may also surround a function that is `bpf_fastcall` only in later kernels: its
/// pairs and stack space remain, but they do not break the contract.
///
/// Must be the first pass because it uses indices of the original program. Removed instructions become `goto +0`, which the dead code pass removes.
public final class Fastcall implements Rewrite {
    private final FastcallRule rule;
    private final Profile profile;
    private final boolean inlines;

    /// `inlines`: the verifier's inlining pass runs later.
    public Fastcall(FastcallRule rule, Profile profile, boolean inlines) {
        this.rule = rule;
        this.profile = profile;
        this.inlines = inlines;
    }

    @Override
    public String name() {
        return rule.word();
    }

    @Override
    public Lowered apply(Lowered source) {
        // Accesses are recorded only in programs with a fastcall.
        if (source.facts().stackAccesses().isEmpty() || !profile.knowsFastcall()) {
            return source;
        }
        var program = source.program();
        var removed = new BitSet();
        var functions = new ArrayList<Subprogram>();
        var entries = rule == FastcallRule.ENTERED ? new BitSet() : FastcallPattern.entries(program);
        for (int i = 0; i < source.subprograms().size(); i++) {
            var function = source.subprograms().get(i);
            int position = i;
            var accesses = source.facts().stackAccesses().stream().filter(access -> access.function() == position).toList();
            var patterns = patterns(program, function, entries);
            if (isBroken(patterns, accesses)) {
                if (rule == FastcallRule.PROGRAM) {
                    return source;
                }
                functions.add(function);
                continue;
            }
            var gone = new BitSet();
            removable(program, function, patterns, accesses).stream().filter(FastcallPattern::isFastcall)
                    .forEach(pattern -> pattern.pairs(gone));
            removed.or(gone);
            functions.add(gone.isEmpty() ? function : withStack(function, depth(function, patterns, accesses, gone)));
        }
        return without(removed, source).withSubprograms(functions);
    }

    private static Lowered without(BitSet removed, Lowered source) {
        var edit = new Edit(source);
        removed.stream().forEach(i -> edit.set(i, new Insn.Jump(false, i + 1)));
        return edit.apply();
    }

    private static Subprogram withStack(Subprogram function, int depth) {
        return new Subprogram(function.name(), function.start(), function.end(), depth, function.hasTailCall(),
                function.tailCallReachable());
    }

    private List<FastcallPattern> patterns(Program program, Subprogram function, BitSet entries) {
        return FastcallPattern.in(program, function.start(), function.end(), rule == FastcallRule.EQUAL
                || rule == FastcallRule.DEFINING, entries, insn -> profile.leavesRegisters(insn, inlines));
    }

    /// The subprogram violates the contract and stays unchanged.
    private boolean isBroken(List<FastcallPattern> patterns, Collection<StackAccess> accesses) {
        var ends = patterns.stream().mapToInt(FastcallPattern::end);
        return switch (rule) {
            case CONTRACT, ENTERED, PROGRAM -> reachesBelow(ends.max().orElse(Integer.MIN_VALUE), patterns, accesses);
            case SHORTEST -> reachesBelow(ends.min().orElse(Integer.MIN_VALUE), patterns, accesses);
            case EQUAL -> patterns.stream().mapToInt(FastcallPattern::lowest).distinct().count() > 1
                    || reachesBelow(ends.max().orElse(Integer.MIN_VALUE), patterns, accesses);
            case FOLLOW_UP, DEFINING -> false;
        };
    }

    private static boolean reachesBelow(int end, List<FastcallPattern> patterns, Collection<StackAccess> accesses) {
        return accesses.stream().anyMatch(access -> access.from() < end && !FastcallPattern.hold(patterns, access.insn()));
    }

    private List<FastcallPattern> removable(Program program, Subprogram function, List<FastcallPattern> patterns,
            Collection<StackAccess> accesses) {
        return switch (rule) {
            case CONTRACT, ENTERED, SHORTEST, EQUAL, PROGRAM -> patterns;
            case FOLLOW_UP -> patterns.stream().filter(pattern -> accesses.stream().noneMatch(
                    access -> pattern.reachesInto(access.from(), access.to()) && !FastcallPattern.hold(patterns, access.insn())))
                    .toList();
            case DEFINING -> {
                var uses = new SpillUses(program, function, accesses);
                yield patterns.stream().map(pattern -> pattern.shortened(uses::isOnlyFilled)).toList();
            }
        };
    }

    /// Keeps all stack space if any pair of a pattern remains.
    private int depth(Subprogram function, List<FastcallPattern> patterns, Collection<StackAccess> accesses, BitSet removed) {
        var ends = patterns.stream().mapToInt(FastcallPattern::end);
        boolean keeps = patterns.stream().anyMatch(pattern -> !pattern.isFastcall());
        return switch (rule) {
            case CONTRACT, ENTERED, EQUAL, PROGRAM -> keeps ? function.stackDepth() : -ends.max().orElse(0);
            case SHORTEST -> keeps ? function.stackDepth() : -ends.min().orElse(0);
            case FOLLOW_UP, DEFINING ->
                -accesses.stream().filter(access -> !removed.get(access.insn())).mapToInt(StackAccess::from).min().orElse(0);
        };
    }
}
