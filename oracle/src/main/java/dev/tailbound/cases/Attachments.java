package dev.tailbound.cases;

import dev.tailbound.cases.Attachment.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The attachments of a case, those of one function and kind in the order in which they run.
///
/// @param rule what may be combined with extensions
public record Attachments(Rule rule, List<Attachment> list) {

    /// Whose rules decide what the verifier accepts.
    public enum Rule {
        /// Kernels up to 6.12: programs may be in program arrays while one of their functions is replaced, and so may extensions, so that a chain
        /// of tail calls can go through an extension, and starts to count anew there.
        V6_12,
        /// Kernels from 6.13 on: they may not (d6083f040d5d).
        V6_13
    }

    public static final Attachments NONE = new Attachments(Rule.V6_13, List.of());

    public Attachments {
        list = List.copyOf(list);
        rule = list.isEmpty() ? Rule.V6_13 : rule;
        var attached = new HashSet<String>();
        for (var attachment : list) {
            if (!attached.add(attachment.program())) {
                throw new IllegalArgumentException("program %s is attached twice".formatted(attachment.program()));
            }
        }
    }

    public boolean isEmpty() {
        return list.isEmpty();
    }

    public boolean hasExtensions() {
        return list.stream().anyMatch(attachment -> attachment.kind() == Kind.FREPLACE);
    }

    /// As what, and where, the program is attached; empty where it is not.
    public Optional<Attachment> of(String program) {
        return list.stream().filter(attachment -> attachment.program().equals(program)).findFirst();
    }

    /// What is attached to a function, in this kind, in order.
    public List<Attachment> at(String target, String function, Kind kind) {
        return list.stream().filter(attachment -> attachment.kind() == kind && attachment.target().equals(target)
                && attachment.function().equals(function)).toList();
    }

    /// The functions of the program, by label, whose callers may get a result that is not theirs: one that is replaced, or that a program stands for.
    public Set<String> standIns(String target) {
        return Set.copyOf(functions(target).filter(attachment -> attachment.kind() == Kind.FREPLACE
                || attachment.kind() == Kind.FMOD_RET).map(Attachment::function).toList());
    }

    /// The functions of the program, by label, that something is attached to.
    public Set<String> sites(String target) {
        return Set.copyOf(functions(target).map(Attachment::function).toList());
    }

    private Stream<Attachment> functions(String target) {
        return list.stream().filter(attachment -> attachment.target().equals(target));
    }
}
