package dev.tailbound.faults;

import java.util.List;
import java.util.stream.Stream;

/// All faults.
final class Faults {
    static final List<Fault> ALL = Stream.of(X86TailCallFaults.ALL, X86FlowFaults.ALL, X86ArithmeticFaults.ALL,
            LoweringFaults.ALL, X86MemoryFaults.ALL, ProEpilogueFaults.ALL, GeneratedCallFaults.ALL, FastcallFaults.ALL,
            ContextFaults.ALL, PokeFaults.ALL, X86TrampolineFaults.ALL, Arm64TrampolineFaults.ALL, Arm64TailCallFaults.ALL,
            Arm64FlowFaults.ALL, Arm64ArithmeticFaults.ALL, Arm64MemoryFaults.ALL, SizeFaults.ALL).flatMap(List::stream).toList();

    private Faults() {}
}
