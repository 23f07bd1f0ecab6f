package dev.tailbound.cases;

import dev.tailbound.cases.Attachment.Kind;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The attachments of a case; those of the same function and kind are in execution order.
///
/// @param rule the kernel rule for extensions and program arrays
public record Attachments(Rule rule, List<Attachment> list) {

    /// Kernel releases whose rules the verifier applies.
    public enum Rule {
        /// Kernels up to 6.12: extensions, and programs with a replaced function, may be in program arrays. A chain of tail calls can go through an
        /// extension, where its count restarts.
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

    /// The program's attachment; empty if it is not attached.
    public Optional<Attachment> of(String program) {
        return list.stream().filter(attachment -> attachment.program().equals(program)).findFirst();
    }

    /// Attachments of this kind to a function, in order.
    public List<Attachment> at(String target, String function, Kind kind) {
        return list.stream().filter(attachment -> attachment.kind() == kind && attachment.target().equals(target)
                && attachment.function().equals(function)).toList();
    }

    /// Labels of the program's functions with an freplace or fmod_ret program, which may return in their place.
    public Set<String> standIns(String target) {
        return Set.copyOf(functions(target).filter(attachment -> attachment.kind() == Kind.FREPLACE
                || attachment.kind() == Kind.FMOD_RET).map(Attachment::function).toList());
    }

    /// Labels of the program's functions with attached programs.
    public Set<String> sites(String target) {
        return Set.copyOf(functions(target).map(Attachment::function).toList());
    }

    private Stream<Attachment> functions(String target) {
        return list.stream().filter(attachment -> attachment.target().equals(target));
    }
}
