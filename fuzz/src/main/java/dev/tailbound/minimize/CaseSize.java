package dev.tailbound.minimize;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Callees;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Event;
import dev.tailbound.cases.Event.Place;
import dev.tailbound.cases.Generated;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.Comparator;
import java.util.stream.Stream;

/// The measure that every accepted reduction lowers, so that minimizing ends.
///
/// Instructions count first, then programs, maps and filled slots, then their details.
///
/// @param insns  instructions in all programs, prologues and epilogues
/// @param parts  programs, maps, filled slots, given values, events, attachments, modules, and the targets and calls of prologue and epilogue
/// @param detail distance of operands, sizes and inputs from the simplest ones
record CaseSize(int insns, int parts, long detail) implements Comparable<CaseSize> {
    /// More than the instructions of any program.
    private static final long FAR = 1_000_000;
    /// An event counts more than a filled slot.
    private static final int EVENT = 2;
    private static final Comparator<CaseSize> ORDER = Comparator.comparingInt(CaseSize::insns).thenComparingInt(CaseSize::parts)
            .thenComparingLong(CaseSize::detail);

    static CaseSize of(Case source) {
        int insns = source.programs().stream().mapToInt(Program::size).sum()
                + source.proEpilogue().stream().mapToInt(Generated::size).sum();
        int parts = source.programs().size() + source.proEpilogue().stream().mapToInt(CaseSize::parts).sum()
                + source.maps().stream().mapToInt(CaseSize::parts).sum() + EVENT * source.events().size()
                + source.attachments().list().size() + source.kernelEnvironment().modules().size();
        long detail = source.maps().stream().mapToLong(CaseSize::detail).sum() + detail(source.context())
                + detail(source.environment()) + source.events().stream().mapToLong(event -> detail(event, source.entry())).sum();
        detail += Stream.concat(source.programs().stream(), source.proEpilogue().stream().map(Generated::code))
                .flatMap(program -> program.insns().stream()).mapToLong(CaseSize::detail).sum();
        return new CaseSize(insns, parts, detail);
    }

    @Override
    public int compareTo(CaseSize other) {
        return ORDER.compare(this, other);
    }

    private static int parts(Generated generated) {
        return 1 + generated.programs().size() + (generated.callees().equals(Callees.OF_KERNEL) ? 0 : 1);
    }

    private static int parts(BpfMap map) {
        return 1 + switch (map) {
            case BpfMap.Array array -> array.init().size();
            case BpfMap.ProgArray array -> array.slots().size();
        };
    }

    private static long detail(BpfMap map) {
        return map.entries() + switch (map) {
            case BpfMap.Array array -> array.valueSize()
                    + array.init().values().stream().mapToLong(value -> weight(value.toArray())).sum();
            case BpfMap.ProgArray array -> array.slots().keySet().stream().mapToLong(key -> key).sum();
        };
    }

    private static long detail(Context context) {
        return switch (context) {
            case Context.Skb skb -> weight(skb.image());
            case Context.Mem mem -> mem.data().length() + weight(mem.image());
        };
    }

    private static long detail(Environment environment) {
        return weight(environment.prandom()) + weight(environment.ktime()) + weight(environment.cpu());
    }

    /// Events in the entry program count less: its instructions run first.
    private static long detail(Event event, String entry) {
        return (event.program().isEmpty() ? 0L : 1L) + switch (event.place()) {
            case Place.InHelper(int number) -> (long) number;
            case Place.ByHelper(int number) -> (long) number;
            case Place.Before(var name, int insn) -> insn + (name.equals(entry) ? 0L : FAR);
        };
    }

    /// The cost of an instruction: memory accesses above arithmetic above moves, registers above immediates.
    private static long detail(Insn insn) {
        return switch (insn) {
            case Insn.Mov i -> 1 + detail(i.src());
            case Insn.LoadImm64 i -> 40 + weight(i.value());
            case Insn.Neg _,Insn.MovSx _,Insn.Swap _ -> 100;
            case Insn.Alu i -> 100 + detail(i.src());
            case Insn.Load i -> 200 + stack(i.base(), i.off());
            case Insn.LoadAcquire _,Insn.StoreRelease _ -> 300;
            case Insn.Store i -> 200 + detail(i.src()) + stack(i.base(), i.off());
            case Insn.Atomic i -> 400 + stack(i.base(), i.off());
            case Insn.LoadMap _,Insn.LoadMapValue _,Insn.Exit _ -> 0;
            case Insn.Jump i -> i.far() ? 60 : 50;
            case Insn.JumpIf i -> 100 + detail(i.src());
            case Insn.Call _ -> 150;
            case Insn.CallHelper _ -> 150;
            case Insn.CallKfunc i -> i.off() == 0 ? 150 : 160;
            case Insn.MovPerCpu _ -> 100;
        };
    }

    private static long detail(Operand operand) {
        return switch (operand) {
            case Reg _ -> 70;
            case Imm(int value) -> weight(value);
        };
    }

    private static long stack(Reg base, int off) {
        return base == Reg.R10 ? -off / 8 : 0;
    }

    /// The distance of a number from 0: small absolute values are simple.
    private static long weight(long value) {
        return value == 0 ? 0
                : 2L + Math.min(Long.SIZE - Long.numberOfLeadingZeros(value), 1L + Long.SIZE - Long.numberOfLeadingZeros(~value));
    }

    private static long weight(byte[] bytes) {
        long weight = 0;
        for (var b : bytes) {
            weight += weight(b);
        }
        return weight;
    }
}
