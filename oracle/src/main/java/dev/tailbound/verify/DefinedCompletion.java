package dev.tailbound.verify;

import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Size;
import dev.tailbound.isa.Width;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// Completes a case that the verifier refuses, so that it can run without verification, as in user-space runtimes.
///
/// Prepended instructions set registers to 0 that a program may read before it writes them. A function that may run off its end gets a faulting
/// end. If the verifier accepts the result, its facts are used, otherwise facts that hold for any program.
final class DefinedCompletion {
    /// The faulting end of a function: it reads address 0.
    private static final List<Insn> END = List.of(new Insn.LoadImm64(Reg.R0, 0), new Insn.Load(Size.DW, false, Reg.R0, Reg.R0, 0),
            new Insn.Exit());

    private static final int STACK = FrameState.MAX_STACK;

    private final Case source;

    private DefinedCompletion(Case source) {
        this.source = source;
    }

    /// The completed case; [Verdict.Rejected] if engines could not even compile it.
    static Verdict assume(Case source, ByteOrder order) {
        var completion = new DefinedCompletion(source);
        var programs = new ArrayList<Program>();
        for (var program : source.programs()) {
            try {
                programs.add(completion.completed(program));
            } catch (Rejection rejection) {
                return new Verdict.Rejected(source, program.name(), rejection.insn(), rejection.getMessage());
            }
        }
        var completed = source.withPrograms(programs);
        return Verifier.verify(completed, order) instanceof Verdict.Accepted(var verified)
                ? new Verdict.Accepted(verified.as(VerifiedCase.Basis.COMPLETED))
                : new Verdict.Accepted(new VerifiedCase(completed, programs.stream().map(completion::facts).toList(), order)
                        .as(VerifiedCase.Basis.ASSUMED));
    }

    /// The instruction reads address 0 where the written program ends without an exit.
    static boolean isEnd(Program program, int insn) {
        return insn > 0 && insn + 1 < program.size() && program.insns().subList(insn - 1, insn + 2).equals(END);
    }

    private Program completed(Program program) {
        program.malformed().ifPresent(bytes -> {
            throw new Rejection(-1, "%s", bytes.reason());
        });
        if (!source.attachments().isEmpty() || !source.proEpilogue().isEmpty() || !source.events().isEmpty()) {
            throw new Rejection(-1, "a case with attachments, prologues, epilogues or events needs the verifier's facts");
        }
        for (int i = 0; i < program.size(); i++) {
            check(i, program.insn(i));
        }
        return withZeros(withEnds(program, ControlFlow.unchecked(program)));
    }

    private void check(int at, Insn insn) {
        switch (insn) {
            case Insn.CallKfunc _ -> throw new Rejection(at, "a call of a kernel function needs the verifier's facts");
            case Insn.Call(int target) when target == 0 -> throw new Rejection(at, "call of the main program");
            case Insn.LoadMap(_, int map) when map >= source.maps().size() ->
                throw new Rejection(at, "map %d does not exist", map);
            case Insn.LoadMapValue(_, int map, int off) when !isInValues(map, off) ->
                throw new Rejection(at, "map %d has no value with a byte %d", map, off);
            default -> {
                if ((insn.writes() & Reg.R10.bit()) != 0) {
                    throw new Rejection(at, "frame pointer is read only");
                }
            }
        }
    }

    private boolean isInValues(int map, int off) {
        return map < source.maps().size() && source.maps().get(map) instanceof BpfMap.Array array && off >= 0
                && off < array.bytes();
    }

    /// The program with a faulting end after each function that can run off its end.
    private static Program withEnds(Program program, ControlFlow flow) {
        var position = new int[program.size()];
        var insns = new ArrayList<Insn>();
        for (int function = 0; function < flow.functions(); function++) {
            for (int i = flow.start(function); i < flow.end(function); i++) {
                position[i] = insns.size();
                insns.add(program.insn(i));
            }
            if (insns.getLast().fallsThrough()) {
                insns.addAll(END);
            }
        }
        return moved(program, insns, position);
    }

    /// The program after instructions that zero the registers it may read unwritten.
    private Program withZeros(Program program) {
        var flow = ControlFlow.unchecked(program);
        int live = new Liveness(flow, new AttachmentRole(Optional.empty(), flow, Attachments.NONE)).at(0);
        boolean isGivenLength = source.context() instanceof Context.Mem && program.name().equals(source.entry());
        int given = Reg.R1.bit() | Reg.R10.bit() | (isGivenLength ? Reg.R2.bit() : 0);
        var insns = new ArrayList<Insn>();
        for (var reg : Reg.values()) {
            if ((live & ~given & reg.bit()) != 0) {
                insns.add(new Insn.Mov(Width.W64, reg, new Imm(0)));
            }
        }
        var position = new int[program.size()];
        for (int i = 0; i < position.length; i++) {
            position[i] = insns.size();
            insns.add(program.insn(i));
        }
        return moved(program, insns, position);
    }

    /// The program with its instructions moved to these positions among others.
    private static Program moved(Program program, List<Insn> insns, int... position) {
        if (insns.size() == program.size()) {
            return program;
        }
        for (int i : position) {
            if (insns.get(i) instanceof Insn.Branch branch) {
                insns.set(i, branch.retarget(position[branch.target()]));
            }
        }
        var labels = new TreeMap<Integer, String>();
        program.labels().forEach((insn, label) -> labels.put(position[insn], label));
        return new Program(program.name(), insns, labels);
    }

    private ProgramFacts facts(Program program) {
        var flow = ControlFlow.unchecked(program);
        boolean tailCalls = program.insns().stream().anyMatch(DefinedCompletion::isTailCall);
        var functions = new ArrayList<ProgramFacts.Subprogram>();
        for (int function = 0; function < flow.functions(); function++) {
            var code = program.insns().subList(flow.start(function), flow.end(function));
            functions.add(new ProgramFacts.Subprogram(flow.name(function), flow.start(function), flow.end(function), STACK, code
                    .stream().anyMatch(DefinedCompletion::isTailCall), tailCalls));
        }
        var reached = new BitSet();
        reached.set(0, program.size());
        return new ProgramFacts(functions, reached, true);
    }

    private static boolean isTailCall(Insn insn) {
        return insn instanceof Insn.CallHelper helper && helper.isTailCall();
    }
}
