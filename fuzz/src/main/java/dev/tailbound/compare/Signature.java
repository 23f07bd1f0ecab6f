package dev.tailbound.compare;

import java.util.List;

/// Identity of a finding: the engines that disagree, the first observable that differs, the class of the culprit instruction, and whether the budget
/// was exceeded.
public record Signature(List<String> engines, Observable observable, String culprit, boolean overBudget) {
    public Signature {
        engines = List.copyOf(engines);
    }

    /// One word, fit for a folder name: `x86-64+arm64.r0.alu32-mul`.
    @Override
    public String toString() {
        var word = String.join("+", engines) + "." + observable.word();
        if (!culprit.isEmpty()) {
            word += "." + culprit;
        }
        return overBudget ? word + ".over-budget" : word;
    }
}
