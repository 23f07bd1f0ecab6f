package dev.tailbound.coverage;

import dev.tailbound.cases.Attachment;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Operand;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Finds the numbers and sizes in a case.
final class SizeSurvey {
    private final Case source;
    private final Sink sink;

    /// Receives each number.
    interface Sink {
        void add(Measure measure, int number);
    }

    private SizeSurvey(Case source, Sink sink) {
        this.source = source;
        this.sink = sink;
    }

    static void survey(CaseSurvey survey, Case source, Sink sink) {
        var sizes = new SizeSurvey(source, sink);
        sink.add(Measure.PROGRAMS, source.programs().size());
        source.maps().forEach(sizes::map);
        sizes.attachments(Attachment::site, Measure.ATTACHED);
        sizes.attachments(attachment -> attachment.site() + attachment.kind(), Measure.SAME_KIND);
        for (var program : survey.programs) {
            sink.add(Measure.FUNCTIONS, program.functions().size());
            program.functions().forEach(function -> sizes.function(program, function));
            program.tailCalls.forEach(sizes::tailCall);
            sizes.insns(program.program);
        }
    }

    private void map(BpfMap map) {
        switch (map) {
            case BpfMap.Array array -> sink.add(Measure.VALUE_SIZE, array.valueSize());
            case BpfMap.ProgArray array -> {
                sink.add(Measure.ARRAY_ENTRIES, array.entries());
                array.slots().keySet().forEach(key -> sink.add(Measure.FILLED_SLOT, key));
            }
        }
    }

    private void attachments(Function<Attachment, Object> place, Measure measure) {
        source.attachments().list().stream().collect(Collectors.groupingBy(place, Collectors.counting())).values()
                .forEach(count -> sink.add(measure, Math.toIntExact(count)));
    }

    private void function(ProgramSurvey program, FunctionSurvey function) {
        int end = program.endOf(function);
        sink.add(Measure.FUNCTION_SLOTS, end - function.start());
        sink.add(Measure.STACK, function.stackDepth());
        function.depths().forEach(calls -> sink.add(Measure.CALL_DEPTH, calls));
        if (!function.isMain()) {
            sink.add(Measure.ARGUMENTS, arguments(program.program, function.start(), end));
        }
    }

    /// The last argument register that is read before anything is written to it, up to the first call.
    private static int arguments(Program program, int start, int end) {
        int written = 0;
        int arguments = 0;
        for (int i = start; i < end && !isCall(program.insn(i)); i++) {
            var insn = program.insn(i);
            for (int number = Reg.R1.number(); number <= Reg.R5.number(); number++) {
                int bit = Reg.of(number).bit();
                arguments = (insn.reads() & ~written & bit) != 0 ? Math.max(arguments, number) : arguments;
            }
            written |= insn.writes();
        }
        return arguments;
    }

    private static boolean isCall(Insn insn) {
        return insn instanceof Insn.Call || insn instanceof Insn.CallHelper || insn instanceof Insn.CallKfunc;
    }

    private void tailCall(ProgramSurvey.TailCall tailCall) {
        tailCall.function().depths().forEach(calls -> sink.add(Measure.TAIL_CALL_DEPTH, calls));
        if (tailCall.map() >= 0 && source.maps().get(tailCall.map()) instanceof BpfMap.ProgArray array
                && array.slots().containsKey((int) tailCall.index()) && tailCall.index() != ProgramSurvey.TailCall.VARIABLE) {
            sink.add(Measure.CONSTANT_INDEX, (int) tailCall.index());
        }
    }

    private void insns(Program program) {
        IntStream.range(0, program.size()).forEach(at -> {
            switch (program.insn(at)) {
                case Insn.Alu(_, _, _, Operand src) -> immediate(src);
                case Insn.Mov(_, _, Operand src) -> immediate(src);
                case Insn.JumpIf jump -> {
                    immediate(jump.src());
                    jump(at, jump.target());
                }
                case Insn.Jump(_, int target) -> jump(at, target);
                case Insn.Load(_, _, _, Reg base, int off) -> access(base, off);
                case Insn.Store(_, Reg base, int off, Operand src) -> {
                    immediate(src);
                    access(base, off);
                }
                case Insn.Atomic(_, _, Reg base, int off, _) -> access(base, off);
                case Insn.LoadAcquire(_, _, Reg base, int off) -> access(base, off);
                case Insn.StoreRelease(_, Reg base, int off, _) -> access(base, off);
                case Insn.LoadMapValue(_, _, int off) -> sink.add(Measure.VALUE_OFFSET, off);
                case Insn.LoadImm64(_, long value) -> period(value);
                case Insn.Neg _,Insn.MovSx _,Insn.Swap _,Insn.LoadMap _,Insn.MovPerCpu _,Insn.Call _,Insn.CallHelper _ -> {
                    // no number
                }
                case Insn.CallKfunc _,Insn.Exit _ -> {
                    // no number
                }
            }
        });
    }

    private void jump(int from, int target) {
        if (target > from) {
            sink.add(Measure.JUMP_FORWARD, target - from - 1);
        } else {
            sink.add(Measure.JUMP_BACK, from - target);
        }
    }

    private void access(Reg base, int off) {
        if (off >= 0) {
            sink.add(Measure.OFFSET, off);
        } else if (base != Reg.R10) {
            sink.add(Measure.NEGATIVE_OFFSET, -off);
        }
    }

    private void immediate(Operand operand) {
        if (operand instanceof Imm(int value)) {
            sink.add(Measure.IMMEDIATE, value < 0 ? ~value : value);
            period(value);
        }
    }

    /// Counts the shortest period of a logical immediate of arm64: within it, the ones are adjacent, cyclically.
    private void period(long value) {
        int period = Long.SIZE;
        while (period > 2 && Long.rotateLeft(value, period / 2) == value) {
            period /= 2;
        }
        // A rotated run changes twice from bit to bit.
        if (Long.bitCount(value ^ Long.rotateLeft(value, 1)) == 2 * (Long.SIZE / period)) {
            sink.add(Measure.PERIOD, period);
        }
    }
}
