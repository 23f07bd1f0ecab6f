package dev.tailbound.minimize;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.isa.AluOp;
import dev.tailbound.isa.Imm;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Program;
import dev.tailbound.isa.Reg;
import dev.tailbound.isa.Width;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// The reductions, coarse ones first: later ones need not try the parts that are already removed.
final class Reductions {
    // @formatter:off
    static final List<Reduction> ALL = List.of(
        new Reduction("drop programs",         Reductions::dropPrograms),
        new Reduction("merge programs",        Reductions::mergePrograms),
        new Reduction("drop subprograms",      Reductions::dropSubprograms),
        new Reduction("drop slots",            Reductions::dropSlots),
        new Reduction("drop events",           EventEdit::dropped),
        new Reduction("apply events",          EventEdit::applied),
        new Reduction("simplify events",       EventEdit::simplified),
        new Reduction("drop attachments",      AttachmentEdit::dropped),
        new Reduction("drop modules",          KernelEnvironmentEdit::withoutModules),
        new Reduction("drop pro/epilogues",    ProEpilogueEdit::dropped),
        new Reduction("drop instructions",     inPrograms(Reductions::dropInstructions)),
        new Reduction("straighten jumps",      inSmallPrograms(Reductions::straightenJumps)),
        new Reduction("drop pairs",            inPrograms(Reductions::dropPairs)),
        new Reduction("skip the stack",        inSmallPrograms(Reductions::skipStack)),
        new Reduction("drop copies",           inSmallPrograms(Reductions::dropCopies)),
        new Reduction("inline calls",          inPrograms(Reductions::inlineCalls)),
        new Reduction("skip tables",           inSmallPrograms(Reductions::skipTables)),
        new Reduction("name slots",            Reductions::nameSlots),
        new Reduction("simplify instructions", inSmallPrograms(SimplerInsns::everywhere)),
        new Reduction("merge subprograms",     inPrograms(Reductions::mergeSubprograms)),
        new Reduction("start in a subprogram", inPrograms(Reductions::startInSubprogram)),
        new Reduction("drop maps",             Reductions::dropMaps),
        new Reduction("shrink maps",           Reductions::shrinkMaps),
        new Reduction("drop values",           Reductions::dropValues),
        new Reduction("shrink the stack",      inPrograms(StackShrinking::candidates)),
        new Reduction("shrink the input",      Reductions::shrinkInput));
    // @formatter:on

    /// Parts per program that are tried: in larger programs they are larger than single instructions, as every candidate takes long there.
    private static final int PARTS = 512;

    /// In programs with more subprograms, none is merged with another.
    private static final int SUBPROGRAMS_TO_MERGE = 32;

    private Reductions() {}

    private static Stream<Case> dropPrograms(Case source) {
        return indices(source.programs()).filter(i -> !source.programs().get(i).name().equals(source.entry()))
                .mapToObj(i -> CaseEdit.withoutProgram(source, i));
    }

    /// Replaces a program by another one, which removes programs that only lead to the finding.
    private static Stream<Case> mergePrograms(Case source) {
        return indices(source.programs()).boxed().flatMap(i -> source.programs().stream().map(Program::name)
                .filter(into -> !into.equals(source.programs().get(i).name()))
                .map(into -> CaseEdit.mergedProgram(source, i, into)));
    }

    /// Removes a subprogram by replacing its calls by `r0 = 0`.
    private static Stream<Case> dropSubprograms(Case source) {
        return inPrograms(
                program -> program.insns().stream().filter(insn -> insn instanceof Insn.Call).distinct().flatMap(call -> {
                    var insns = program.insns().stream().map(insn -> insn.equals(call) ? SimplerInsns.R0_IS_0 : insn).toList();
                    return ProgramEdit.reachable(new Program(program.name(), insns, program.labels())).stream();
                })).of(source);
    }

    /// Redirects all calls of a subprogram to another one.
    private static Stream<Program> mergeSubprograms(Program program) {
        var calls = program.insns().stream().filter(insn -> insn instanceof Insn.Call).distinct().toList();
        if (calls.size() > SUBPROGRAMS_TO_MERGE) {
            return Stream.empty();
        }
        return calls.stream().flatMap(gone -> calls.stream().filter(stays -> !stays.equals(gone)).flatMap(stays -> {
            var insns = program.insns().stream().map(insn -> insn.equals(gone) ? stays : insn).toList();
            return ProgramEdit.reachable(new Program(program.name(), insns, program.labels())).stream();
        }));
    }

    /// Replaces the main function by a subprogram.
    private static Stream<Program> startInSubprogram(Program program) {
        return program.insns().stream().flatMap(insn -> insn instanceof Insn.Call call && call.target() > 0
                ? ProgramEdit.startingAt(program, call.target()).stream()
                : Stream.empty());
    }

    private static Stream<Case> dropSlots(Case source) {
        return LazyStream.flatMap(indices(source.maps()).boxed(), i -> source.maps().get(i) instanceof BpfMap.ProgArray array
                ? fewer(array.slots()).map(
                        slots -> CaseEdit.map(source, i, new BpfMap.ProgArray(array.name(), array.entries(), slots)))
                : Stream.empty());
    }

    /// Without all of them, without a half, and so on down to single ones.
    private static Stream<SortedMap<Integer, String>> fewer(SortedMap<Integer, String> slots) {
        var keys = List.copyOf(slots.keySet());
        return LazyStream.flatMap(Stream.iterate(keys.size(), length -> length > 0, length -> length / 2),
                length -> IntStream.iterate(0, at -> at < keys.size(), at -> at + length).mapToObj(at -> {
                    var fewer = new TreeMap<>(slots);
                    keys.subList(at, Math.min(at + length, keys.size())).forEach(fewer::remove);
                    return fewer;
                }));
    }

    /// Removes ranges of decreasing length, as in delta debugging.
    private static Stream<Program> dropInstructions(Program program) {
        var lengths = Stream.iterate(program.size() / 2, length -> length > program.size() / PARTS, length -> length / 2);
        return LazyStream.flatMap(lengths, length -> IntStream.iterate(0, at -> at < program.size(), at -> at + length)
                .mapToObj(at -> {
                    var gone = new BitSet();
                    gone.set(at, Math.min(at + length, program.size()));
                    return ProgramEdit.delete(program, gone);
                }).flatMap(Optional::stream));
    }

    /// Makes a conditional jump unconditional or removes it, and shortens a jump to a jump.
    private static Stream<Program> straightenJumps(Program program) {
        return indices(program.insns()).boxed().flatMap(i -> switch (program.insn(i)) {
            case Insn.JumpIf jump ->
                ProgramEdit.reachable(ProgramEdit.replace(program, i, new Insn.Jump(false, jump.target()))).stream();
            case Insn.Jump jump when jump.target() != i && program.insn(jump.target()) instanceof Insn.Jump next -> ProgramEdit
                    .reachable(ProgramEdit.replace(program, i, jump.retarget(next.target()))).stream();
            case Insn.Jump jump when program.insn(jump.target()) instanceof Insn.Exit exit ->
                ProgramEdit.reachable(ProgramEdit.replace(program, i, exit)).stream();
            default -> Stream.empty();
        });
    }

    /// Removes two instructions that can only be removed together, such as a spill and its fill, or a definition and its use.
    private static Stream<Program> dropPairs(Program program) {
        if (program.size() > 64) {
            return Stream.empty();
        }
        return indices(program.insns()).boxed().flatMap(i -> IntStream.range(i + 1, program.size())
                .mapToObj(j -> ProgramEdit.delete(program, i, j))).flatMap(Optional::stream);
    }

    /// Replaces a load from the stack by the register that was stored there.
    private static Stream<Program> skipStack(Program program) {
        return indices(program.insns()).boxed().flatMap(i -> program.insn(i) instanceof Insn.Load load && load.base() == Reg.R10
                ? program.insns().stream().flatMap(insn -> insn instanceof Insn.Store store && store.base() == Reg.R10 && store
                        .off() == load.off() ? Stream.of(new Insn.Mov(Width.W64, load.dst(), store.src())) : Stream.empty())
                        .distinct().map(move -> ProgramEdit.replace(program, i, move))
                : Stream.empty());
    }

    /// Removes `x = y`: reads of `x` become reads of `y`, or moves to `y` become moves to `x`.
    private static Stream<Program> dropCopies(Program program) {
        return indices(program.insns()).boxed().flatMap(i -> program.insn(i) instanceof Insn.Mov(_, var x, Reg y)
                ? Stream.of(Registers.readingOriginal(program, i + 1, x, y), Registers.movingTo(x, y, program))
                        .flatMap(changed -> ProgramEdit.delete(changed, i).stream())
                : Stream.empty());
    }

    /// Inlines a call; if it is the function's only call, that removes a call and an exit.
    private static Stream<Program> inlineCalls(Program program) {
        return indices(program.insns()).filter(i -> program.insn(i) instanceof Insn.Call).boxed()
                .flatMap(i -> ProgramEdit.inlined(program, i).stream());
    }

    /// Replaces a table lookup, `x &= 15; x <<= 3; y += x; x = *(u64 *)(y + 8)`, by its index: `x &= 1`.
    private static Stream<Program> skipTables(Program program) {
        return indices(program.insns()).filter(i -> i >= 3 && isLookup(program.insns().subList(i - 3, i + 1))).boxed()
                .flatMap(i -> program.insn(i - 3) instanceof Insn.Alu(var width, var op, var x, _)
                        ? ProgramEdit.delete(ProgramEdit.replace(program, i - 3, new Insn.Alu(width, op, x, new Imm(1))), i - 2,
                                i - 1, i).stream()
                        : Stream.empty());
    }

    private static boolean isLookup(List<Insn> insns) {
        return insns.get(0) instanceof Insn.Alu(_, var mask, var x, Imm _) && mask == AluOp.AND
                && insns.get(1) instanceof Insn.Alu(_, var shift, var scaled, Imm _) && shift == AluOp.LSH && scaled == x
                && insns.get(2) instanceof Insn.Alu(_, var sum, var y, var offset) && sum == AluOp.ADD && offset == x
                && insns.get(3) instanceof Insn.Load load && load.base() == y && load.dst() == x;
    }

    /// Replaces a computed tail-call index by the key of a slot.
    private static Stream<Case> nameSlots(Case source) {
        var keys = new TreeSet<Integer>();
        source.maps().forEach(map -> {
            if (map instanceof BpfMap.ProgArray array) {
                keys.addAll(array.slots().keySet());
            }
        });
        return inPrograms(program -> SimplerInsns.withIndices(program, keys)).of(source);
    }

    private static Stream<Case> dropMaps(Case source) {
        return indices(source.maps()).filter(i -> !CaseEdit.isUsed(source, i)).mapToObj(i -> CaseEdit.withoutMap(source, i));
    }

    private static Stream<Case> shrinkMaps(Case source) {
        return indices(source.maps()).boxed().flatMap(i -> (switch (source.maps().get(i)) {
            case BpfMap.Array array -> shrunk(array);
            case BpfMap.ProgArray array -> shrunk(array);
        }).map(map -> CaseEdit.map(source, i, map)));
    }

    private static Stream<BpfMap> shrunk(BpfMap.Array array) {
        int entries = array.init().isEmpty() ? 1 : array.init().lastKey() + 1;
        return Stream.concat(below(array.entries()).filter(size -> size >= entries)
                .map(size -> array.with(array.valueSize(), size, array.init())), below(array.valueSize()).map(size -> {
                    var init = new TreeMap<Integer, Bytes>();
                    array.init().forEach((key, value) -> init.put(key, value.resized(size)));
                    return array.with(size, array.entries(), init);
                }));
    }

    private static Stream<BpfMap> shrunk(BpfMap.ProgArray array) {
        int entries = array.slots().isEmpty() ? 1 : array.slots().lastKey() + 1;
        return below(array.entries()).filter(size -> size >= entries)
                .map(size -> new BpfMap.ProgArray(array.name(), size, array.slots()));
    }

    /// Replaces initial values by zeros: a whole value, or halves down to single bytes.
    private static Stream<Case> dropValues(Case source) {
        return LazyStream.flatMap(indices(source.maps()).boxed(), i -> source.maps().get(i) instanceof BpfMap.Array array
                ? LazyStream.flatMap(array.init().entrySet().stream(), entry -> zeroed(entry.getValue()).map(value -> {
                    var init = new TreeMap<>(array.init());
                    if (value.equals(Bytes.EMPTY.resized(array.valueSize()))) {
                        init.remove(entry.getKey());
                    } else {
                        init.put(entry.getKey(), value);
                    }
                    return CaseEdit.map(source, i, array.with(array.valueSize(), array.entries(), init));
                }))
                : Stream.empty());
    }

    private static Stream<Case> shrinkInput(Case source) {
        var contexts = switch (source.context()) {
            case Context.Skb _ -> Stream.<Context>of(Context.Skb.defaults());
            case Context.Mem(var data) -> Stream.<Context>concat(
                    below(data.length()).map(length -> new Context.Mem(data.resized(length))),
                    zeroed(data).map(Context.Mem::new));
        };
        return Stream.concat(Stream.of(source.withEnvironment(Environment.DEFAULT)), contexts.map(source::withContext));
    }

    /// The numbers from 1 to `size` - 1 that are worth trying.
    private static Stream<Integer> below(int size) {
        return Stream.of(1, 4, 8, 16, size / 2, size - 8, size - 1).filter(smaller -> smaller > 0 && smaller < size).distinct();
    }

    private static Stream<Bytes> zeroed(Bytes bytes) {
        var lengths = Stream.iterate(bytes.length(), length -> length > 0, length -> length / 2);
        return LazyStream.flatMap(lengths, length -> IntStream.iterate(0, at -> at < bytes.length(), at -> at + length)
                .mapToObj(at -> {
                    var zeroed = bytes.toArray();
                    Arrays.fill(zeroed, at, Math.min(at + length, zeroed.length), (byte) 0);
                    return Bytes.of(zeroed);
                })).filter(zeroed -> !zeroed.equals(bytes));
    }

    private static Reduction.Candidates inSmallPrograms(Function<Program, Stream<Program>> reduction) {
        return inPrograms(program -> program.size() > PARTS ? Stream.empty() : reduction.apply(program));
    }

    private static Reduction.Candidates inPrograms(Function<Program, Stream<Program>> reduction) {
        return source -> Stream.concat(
                LazyStream.flatMap(indices(source.programs()).boxed(),
                        i -> reduction.apply(source.programs().get(i)).map(program -> CaseEdit.program(source, i, program))),
                ProEpilogueEdit.smaller(source, reduction));
    }

    private static IntStream indices(List<?> list) {
        return IntStream.range(0, list.size());
    }
}
