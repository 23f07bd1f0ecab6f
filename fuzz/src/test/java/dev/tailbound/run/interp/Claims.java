package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Insn;
import dev.tailbound.isa.Reg;
import dev.tailbound.run.TailCallRule;
import dev.tailbound.verify.AbstractValue;
import dev.tailbound.verify.Pointer;
import dev.tailbound.verify.PointerTarget;
import dev.tailbound.verify.Scalar;
import dev.tailbound.verify.StateObserver;
import dev.tailbound.verify.Uninit;
import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Compares the verifier's abstract registers before each instruction with their values in a run.
///
/// It observes the verification first, then the run. An address is inside an abstract pointer if it is the region's address, assigned by [Memory],
/// plus the offsets.
public final class Claims implements StateObserver, StepListener {
    private static final AddressLayout LAYOUT = AddressLayout.LOW;
    private static final int STACK_SIZE = 512;
    /// Arguments of a tracing program.
    private static final int ARRAY_SIZE = 48;

    private record Place(int program, int insn) {}

    private final Case source;
    private final Map<Place, Set<List<AbstractValue>>> claims = new HashMap<>();

    // The run so far: the last instruction and the registers after it, and for each live frame its program's functions.
    private final Map<Integer, List<Integer>> functions = new HashMap<>(Map.of(0, List.of(0), 1, List.of(1)));
    // For each frame, the frame of the trampoline that passed the program its arguments; tail calls keep them.
    private final Map<Integer, Integer> trampolines = new HashMap<>(Map.of(1, 0));
    private final Map<Reg, Long> registers = new HashMap<>();
    private Place last;
    private int depth;

    private final List<String> escaped = new ArrayList<>();
    private int checked;

    public Claims(Case source) {
        this.source = source;
        depth = source.attachments().sites(source.entry()).contains("") ? 1 : 0;
    }

    /// Runs the case, whose verification this has observed.
    public void run(VerifiedCase verified) {
        try (var oracle = new Interpreter(TailCallRule.V6_12, Interpreter.DEFAULT_FUEL, this)) {
            oracle.runUnder(LAYOUT, verified);
        }
    }

    /// Number of states of the run that were compared.
    public int checked() {
        return checked;
    }

    /// The states of the run outside of all abstract states, one line each.
    public List<String> escaped() {
        return escaped;
    }

    @Override
    public void meet(int program, int insn, List<AbstractValue> state) {
        claims.computeIfAbsent(new Place(program, insn), _ -> new LinkedHashSet<>()).add(state);
    }

    @Override
    public void stepped(int program, int insn, Registers after) {
        var place = new Place(program, insn);
        if (last != null) {
            arrive(place);
            check(place);
        }
        last = place;
        registers.clear();
        IntStream.rangeClosed(0, Reg.R10.number()).mapToObj(Reg::of).filter(after::isDefined)
                .forEach(reg -> registers.put(reg, after.read(reg)));
    }

    /// `last` may have been a call, a tail call or an instruction before a trampoline.
    private void arrive(Place place) {
        int before = depth;
        depth = (int) LAYOUT.objectNear(registers.get(Reg.R10) - STACK_SIZE) - firstStack();
        boolean isAttached = source.attachments().of(source.programs().get(place.program).name()).isPresent();
        boolean isEntry = place.insn == source.whole(place.program).entry();
        if (isEntry && isTailCall(last)) {
            functions.put(depth, List.of(depth));
        } else if (isEntry && isAttached) {
            functions.put(depth, List.of(depth));
            trampolines.put(depth, depth - 1);
        } else if (depth > before) {
            functions.put(depth, calledFrom(before));
            trampolines.put(depth, trampolines.getOrDefault(before, before));
        } else if (depth == before && source.whole(last.program).insn(last.insn) instanceof Insn.Exit) {
            // From one program of a trampoline, whose frame is the one above, to the next one it calls.
            functions.put(depth, calledFrom(depth - 2));
        }
    }

    private List<Integer> calledFrom(int caller) {
        return caller < 0 ? List.of(depth) : Stream.concat(functions.get(caller).stream(), Stream.of(depth)).toList();
    }

    private boolean isTailCall(Place place) {
        return source.whole(place.program).insn(place.insn) instanceof Insn.CallHelper call && call.isTailCall();
    }

    /// The step from a prologue into its program is not an instruction of the program.
    private void check(Place place) {
        if (place.insn == source.whole(place.program).step()) {
            return;
        }
        checked++;
        var states = claims.getOrDefault(place, Set.of());
        if (states.stream().noneMatch(this::holds)) {
            escaped.add("%s: %s lie in none of %s".formatted(place, registers, states));
        }
    }

    private boolean holds(List<AbstractValue> state) {
        return IntStream.range(0, state.size()).allMatch(number -> holds(state.get(number), registers.get(Reg.of(number))));
    }

    /// `concrete` is null for a register that the run left undefined.
    private boolean holds(AbstractValue claim, Long concrete) {
        return switch (claim) {
            case Uninit _ -> true;
            case Scalar scalar -> concrete != null && scalar.range().contains(concrete);
            case Pointer pointer when pointer.mayBeNull() && concrete != null && concrete == 0 -> true;
            case Pointer pointer -> concrete != null && starts(pointer.region())
                    .anyMatch(start -> pointer.variable().contains(concrete - start - pointer.offset()));
        };
    }

    /// The possible addresses of a region: those of all values for a map.
    private LongStream starts(PointerTarget region) {
        int maps = source.maps().size();
        return switch (region) {
            case PointerTarget.Ctx _,PointerTarget.Mem _ -> LongStream.of(LAYOUT.base(0));
            case PointerTarget.View(var of, _) -> starts(of);
            case PointerTarget.Map(int map) -> LongStream.of(LAYOUT.base(1 + map));
            case PointerTarget.MapValue(int map, _) -> {
                var array = (BpfMap.Array) source.maps().get(map);
                yield LongStream.range(0, array.entries()).map(key -> LAYOUT.base(1 + maps + map) + key * array.stride());
            }
            // Another call path to the function may be deeper.
            case PointerTarget.Stack(int frame) -> functions.get(depth).stream().skip(frame).limit(1).mapToLong(this::frameTop);
            case PointerTarget.Task _ -> LongStream.of(LAYOUT.base(-1));
            case PointerTarget.Packet(boolean end) ->
                LongStream.of(LAYOUT.base(-2) + (end && source.context() instanceof Context.Skb skb ? skb.len() : 0));
            case PointerTarget.Arguments _ -> LongStream.of(frameTop(trampolines.get(depth)) - ARRAY_SIZE);
        };
    }

    private long frameTop(int frame) {
        return LAYOUT.base(firstStack() + frame) + STACK_SIZE;
    }

    /// After the context, the maps and the maps' values.
    private int firstStack() {
        return 1 + 2 * source.maps().size();
    }
}
