package dev.tailbound.minimize;

import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.ArrayList;
import java.util.Optional;
import java.util.stream.Stream;

/// Moves stack slots towards the frame pointer: all accesses at one offset from R10 get a smaller offset.
final class StackShrinking {
    private StackShrinking() {}

    static Stream<Program> candidates(Program program) {
        var offsets = program.insns().stream().flatMap(insn -> offset(insn).stream()).distinct().sorted().toList();
        return offsets.stream().flatMap(from -> Stream.of(-8, -16, -24, -32, (from / 2) & -8, from + 8)
                .filter(to -> to > from && to < 0).distinct().map(to -> moved(program, from, to)));
    }

    private static Optional<Integer> offset(Insn insn) {
        return switch (insn) {
            case Insn.Load i when i.base() == Reg.R10 -> Optional.of(i.off());
            case Insn.Store i when i.base() == Reg.R10 -> Optional.of(i.off());
            case Insn.Atomic i when i.base() == Reg.R10 -> Optional.of(i.off());
            default -> Optional.empty();
        };
    }

    private static Program moved(Program program, int from, int to) {
        var insns = new ArrayList<Insn>(program.size());
        for (var insn : program.insns()) {
            insns.add(offset(insn).filter(off -> off == from).isEmpty() ? insn : switch (insn) {
                case Insn.Load i -> new Insn.Load(i.size(), i.signed(), i.dst(), i.base(), to);
                case Insn.Store i -> new Insn.Store(i.size(), i.base(), to, i.src());
                case Insn.Atomic i -> new Insn.Atomic(i.op(), i.size(), i.base(), to, i.src());
                default -> throw new IllegalStateException("no offset in " + insn);
            });
        }
        return new Program(program.name(), insns, program.labels());
    }
}
