package dev.tailbound.run.emulated;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.jit.ContextLayout;
import dev.tailbound.jit.ObjectLayout;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToLongFunction;

/// Kernel objects of a case in guest memory: a `struct bpf_prog` per program, a `struct bpf_array` per map, and the context.
///
/// Only fields that machine code reads are set; everything else, including the gaps between objects, is filler.
final class KernelObjects {
    static final byte FILLER = 0x6b; // POISON_FREE in the kernel's include/linux/poison.h
    private static final int GUARD_BYTES = 64;
    private static final int PROGRAM_BYTES = 0x80;

    private final ObjectLayout layout;
    private final ContextLayout contextLayout;
    private final Capacity capacity;
    private final GuestRegion region;
    private final MemorySegment guard;
    private final List<Placed> programs = new ArrayList<>();
    private final List<Placed> maps = new ArrayList<>();
    private Placed context;
    private byte[] contextBefore = {};
    private Case source;
    private Map<String, Integer> programIndexes = Map.of();
    private long end;
    private long filledEnd;

    /// An object of the case, with a guard after it.
    private record Placed(String kind, String name, long address, long size) {
        long end() {
            return address + size;
        }
    }

    KernelObjects(HostIsa isa, ObjectLayout layout, ContextLayout contextLayout, Capacity capacity, Arena arena) {
        this.layout = layout;
        this.contextLayout = contextLayout;
        this.capacity = capacity;
        region = GuestRegion.allocate("objects", isa.addresses().objects(), capacity.objects(), Unicorn.READ | Unicorn.WRITE,
                arena);
        guard = arena.allocate(GUARD_BYTES).fill(FILLER);
        filledEnd = region.base();
    }

    GuestRegion region() {
        return region;
    }

    long map(int map) {
        return maps.get(map).address();
    }

    /// Address of the value of key 0, or of slot 0 of a program array: both have the same offset in `struct bpf_array`.
    long value(int map) {
        return map(map) + layout.ptrs();
    }

    long context() {
        return context.address();
    }

    /// Index of the map at this address; -1 if there is none.
    int mapAt(long address) {
        for (int i = 0; i < maps.size(); i++) {
            if (map(i) == address) {
                return i;
            }
        }
        return -1;
    }

    /// Allocates the objects of another case and discards the last one's.
    void place(Case next) {
        source = next;
        programIndexes = next.programIndexes();
        programs.clear();
        maps.clear();
        end = region.base() + GUARD_BYTES;
        for (var program : source.programs()) {
            programs.add(allocate("program ", program.name(), PROGRAM_BYTES));
        }
        for (var map : source.maps()) {
            long slot = switch (map) {
                case BpfMap.Array array -> array.stride();
                case BpfMap.ProgArray _ -> Long.BYTES;
            };
            maps.add(allocate("map ", map.name(), layout.ptrs() + slot * map.entries()));
        }
        contextBefore = contextLayout.image(source.context(), end);
        context = allocate("the context", "", contextBefore.length);
        capacity.requireObjects(end - region.base());
    }

    /// Sets another input of the same case; objects keep their addresses.
    void placeInput(Case next) {
        source = next;
        contextBefore = contextLayout.image(source.context(), context.address());
    }

    private Placed allocate(String kind, String name, long size) {
        var placed = new Placed(kind, name, end, size);
        end = placed.end() + 2 * GUARD_BYTES - 1 & -GUARD_BYTES;
        return placed;
    }

    /// Initialises all objects for a run; `bpfFunc` returns the `bpf_func` of a program.
    void fill(IntToLongFunction bpfFunc) {
        region.at(region.base(), Math.max(filledEnd, end) - region.base()).fill(FILLER);
        filledEnd = end;
        for (int i = 0; i < programs.size(); i++) {
            region.putLong(programs.get(i).address() + layout.bpfFunc(), bpfFunc.applyAsLong(i));
        }
        for (int i = 0; i < maps.size(); i++) {
            region.at(value(i), maps.get(i).size() - layout.ptrs()).fill((byte) 0);
            region.putInt(map(i) + layout.maxEntries(), source.maps().get(i).entries());
            long first = value(i);
            switch (source.maps().get(i)) {
                case BpfMap.Array array -> array.init()
                        .forEach((key, value) -> region.put(first + (long) key * array.stride(), value.toArray()));
                case BpfMap.ProgArray array -> array.slots().forEach((key, program) -> region
                        .putLong(first + (long) key * Long.BYTES, programs.get(programIndexes.get(program)).address()));
            }
        }
        region.put(context(), contextBefore);
    }

    /// All non-empty program array slots before the run, with the index of the program in each.
    Map<ArraySlot, Integer> filledSlots() {
        var filled = new HashMap<ArraySlot, Integer>();
        for (int i = 0; i < maps.size(); i++) {
            if (source.maps().get(i) instanceof BpfMap.ProgArray array) {
                int map = i;
                array.slots().forEach((key, program) -> filled.put(new ArraySlot(map, key), programIndexes.get(program)));
            }
        }
        return filled;
    }

    /// Address of a slot of a program array.
    long slot(ArraySlot slot) {
        return value(slot.map()) + (long) slot.key() * Long.BYTES;
    }

    /// Address of a program, the value of a slot.
    long program(int program) {
        return programs.get(program).address();
    }

    /// The values of each map after the run, see [dev.tailbound.run.Observation].
    List<Bytes> values() {
        var values = new ArrayList<Bytes>(maps.size());
        for (int i = 0; i < maps.size(); i++) {
            values.add(switch (source.maps().get(i)) {
                case BpfMap.Array array -> values(array, value(i));
                case BpfMap.ProgArray _ -> Bytes.EMPTY;
            });
        }
        return values;
    }

    private Bytes values(BpfMap.Array array, long first) {
        var packed = new byte[array.entries() * array.valueSize()];
        for (int key = 0; key < array.entries(); key++) {
            var value = region.at(first + (long) key * array.stride(), array.valueSize());
            MemorySegment.copy(value, JAVA_BYTE, 0, packed, key * array.valueSize(), array.valueSize());
        }
        return Bytes.owning(packed);
    }

    /// The context after the run in the layout that programs use (`struct __sk_buff`).
    Bytes contextBytes() {
        return Bytes.of(contextLayout.written(source.context(), contextMemory()));
    }

    private byte[] contextMemory() {
        return region.at(context.address(), context.size()).toArray(JAVA_BYTE);
    }

    /// Reports writes after the end of objects, one phrase each.
    void reportDamage(List<String> damage) {
        programs.forEach(program -> reportDamage(program, damage));
        maps.forEach(map -> reportDamage(map, damage));
        reportDamage(context, damage);
        contextLayout.damage(source.context(), contextBefore, contextMemory()).ifPresent(damage::add);
    }

    private void reportDamage(Placed object, List<String> damage) {
        var after = region.at(object.end(), GUARD_BYTES);
        long at = guard.mismatch(after);
        if (at >= 0) {
            damage.add("byte %d after %s%s expected 0x%02x, found 0x%02x".formatted(at, object.kind(), object.name(), FILLER,
                    after.get(JAVA_BYTE, at)));
        }
    }
}
