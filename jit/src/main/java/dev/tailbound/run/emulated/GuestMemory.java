package dev.tailbound.run.emulated;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.Helper;
import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.Immediate;
import dev.tailbound.jit.LinkTarget;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.jit.PerCpu;
import dev.tailbound.run.Outcome.Trap;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// Memory of a guest kernel: separate regions for code, kernel objects, a stack and a per-CPU area, at addresses like the kernel's.
final class GuestMemory implements LinkTarget {
    private final ObjectLayout layout;
    private final CodeSpace code;
    private final KernelObjects objects;
    private final GuestStack stack;
    private final GuestRegion perCpu;
    private final KfuncSpace kfuncs;

    GuestMemory(HostIsa isa, ObjectLayout layout, ContextLayout context, Capacity capacity, Arena arena) {
        this.layout = layout;
        code = new CodeSpace(isa, capacity, arena);
        objects = new KernelObjects(isa, layout, context, capacity, arena);
        stack = new GuestStack(isa, arena);
        kfuncs = new KfuncSpace(isa, arena);
        perCpu = GuestRegion.allocate("per-CPU area", isa.addresses().perCpu(), GuestRegion.PAGE, Unicorn.READ | Unicorn.WRITE,
                arena);
    }

    CodeSpace code() {
        return code;
    }

    KfuncSpace kfuncs() {
        return kfuncs;
    }

    KernelObjects objects() {
        return objects;
    }

    GuestStack stack() {
        return stack;
    }

    GuestRegion perCpu() {
        return perCpu;
    }

    /// Address of the current task.
    long task() {
        return perCpu.base() + PerCpu.TASK;
    }

    List<GuestRegion> regions() {
        return Stream.of(code.regions().stream(), kfuncs.regions().stream(), data()).flatMap(regions -> regions).toList();
    }

    private Stream<GuestRegion> data() {
        return Stream.of(objects.region(), stack.region(), perCpu);
    }

    /// Replaces the last case by another and allocates its objects, so that it can be linked.
    void place(Case source) {
        code.clear();
        kfuncs.place(source);
        objects.place(source);
    }

    /// Places another input of the same case.
    void placeInput(Case source) {
        objects.placeInput(source);
    }

    /// Initialises everything for a run.
    void fill(int cpu) {
        code.fill(code.directTailCalls().isEmpty() ? Map.of() : objects.filledSlots());
        objects.fill(code::pad);
        stack.poison();
        perCpu.bytes().fill(KernelObjects.FILLER);
        perCpu.putLong(perCpu.base() + PerCpu.THIS_CPU_OFF, perCpu.base());
        perCpu.putLong(perCpu.base() + PerCpu.CURRENT_TASK, task());
        for (int at : List.of(PerCpu.CPU_NUMBER, PerCpu.TASK + PerCpu.TASK_CPU_V6_12, PerCpu.TASK + PerCpu.TASK_CPU_V7_2)) {
            perCpu.putInt(perCpu.base() + at, cpu);
        }
    }

    /// Data at a pointer passed to a helper; throws [GuestFault] if the guest has none there.
    MemorySegment data(long address, long length) {
        return find(address, length)
                .orElseThrow(() -> new GuestFault(Trap.MEMORY, "no memory for %d bytes at 0x%x".formatted(length, address)));
    }

    /// Data of the guest, if there is any at this address.
    Optional<MemorySegment> find(long address, long length) {
        return data().filter(region -> region.contains(address, length)).findFirst().map(region -> region.at(address, length));
    }

    @Override
    public long mapAddress(int map) {
        return objects.map(map);
    }

    @Override
    public long valueAddress(int map) {
        return objects.value(map);
    }

    @Override
    public long helperAddress(int id) {
        return Helper.byId(id).map(code::stub).or(() -> Immediate.of(id).map(call -> kfuncAddress(call.kfunc(), call.module())))
                .orElseThrow(() -> new UnsupportedOperationException("no helper has the number " + id));
    }

    @Override
    public long kfuncAddress(int id, int module) {
        return kfuncs.address(id, module);
    }

    @Override
    public ObjectLayout layout() {
        return layout;
    }

    @Override
    public long nextCode() {
        return code.end();
    }

    @Override
    public void allocateCode(int size) {
        code.allocate(size);
    }

    @Override
    public void placeCode(long address, byte[] bytes) {
        code.put(address, bytes);
    }

    @Override
    public long programEnter() {
        return code.programEnter();
    }

    @Override
    public long programExit() {
        return code.programExit();
    }

    @Override
    public long placeRoutine(byte[] routine) {
        return code.place(routine);
    }
}
