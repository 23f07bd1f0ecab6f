package dev.tailbound.run.interp;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.isa.Size;
import dev.tailbound.run.Outcome.Trap;
import dev.tailbound.run.interp.Place.Owner;
import dev.tailbound.run.interp.Taint.Addressed;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/// Address space of one run: the context, the maps, their values and the stacks of the live frames, in this order.
final class Memory {
    /// Has no object because no program can read it.
    private static final int TASK = -1;
    private static final int PACKET = -2;
    private static final int CONTEXT = 0;
    private static final int FIRST_MAP = 1;
    /// Taint of an address without any known bits, not even its alignment.
    private static final long ANY_BIT = -1;

    private final List<MemoryObject> objects = new ArrayList<>();
    private List<BpfMap> maps = List.of();
    private AddressLayout layout = AddressLayout.LOW;
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private Addressed task;

    /// Discards the last run and lays out the context and the maps of the next one.
    void start(Case source, ByteOrder order, AddressLayout layout) {
        this.layout = layout;
        this.order = order;
        maps = source.maps();
        objects.clear();
        task = new Addressed(layout.base(TASK), 1, ANY_BIT);
        add(contextRegion(source.context(), layout.base(PACKET)));
        maps.forEach(map -> add(MemoryObject.Values.none("map " + map.name())));
        maps.forEach(map -> add(valuesRegion(map)));
    }

    private MemoryObject contextRegion(Context context, long packet) {
        return switch (context) {
            case Context.Skb skb -> new MemoryObject.SkBuff(skb.image(order), new Addressed(packet, skb.len(), ANY_BIT));
            case Context.Mem mem ->
                new MemoryObject.Values("ctx", mem.image(order), mem.data().length(), Math.max(1, mem.data().length()));
        };
    }

    private MemoryObject valuesRegion(BpfMap map) {
        return switch (map) {
            case BpfMap.Array array -> {
                int stride = array.stride();
                var bytes = new byte[array.entries() * stride];
                array.init().forEach((key, value) -> array.inMemory(value, order).copyTo(bytes, key * stride));
                yield new MemoryObject.Values("map " + map.name(), bytes, array.valueSize(), stride);
            }
            case BpfMap.ProgArray _ -> MemoryObject.Values.none("map " + map.name());
        };
    }

    /// Adds an object after the others.
    void add(MemoryObject region) {
        region.place(layout.base(objects.size()), order);
        objects.add(region);
    }

    /// The byte order of the run's target.
    ByteOrder order() {
        return order;
    }

    void removeLast() {
        objects.removeLast();
    }

    /// The address of the current task.
    long taskAddress() {
        return task.base();
    }

    /// Taint of an address, which must be that of an object or of a byte in it.
    Taint pointer(long address) {
        return Taint.pointer(address, address == taskAddress() ? task : at(address).addressed());
    }

    /// The object whose window contains the address.
    MemoryObject at(long address) {
        return objects.get((int) layout.objectNear(address));
    }

    /// Taint of a value loaded from the address.
    Taint taint(Size size, long address, long value) {
        return at(address).taint(size, address - at(address).base, value);
    }

    /// Sets the taint at the address after a store of this value.
    void taint(Size size, long address, Taint stored) {
        at(address).tainted.store((int) (address - at(address).base), size.bytes(), stored);
    }

    long contextAddress() {
        return objects.get(CONTEXT).base;
    }

    Bytes contextBytes() {
        return Bytes.of(objects.get(CONTEXT).bytes);
    }

    /// The address of the map itself.
    long mapAddress(int map) {
        return objects.get(FIRST_MAP + map).base;
    }

    /// The address of the value of key 0.
    long valuesAddress(int map) {
        return values(map).base;
    }

    /// The bytes of an array map, with the padding between values.
    byte[] valuesBytes(int map) {
        return values(map).bytes;
    }

    /// The values of the map, which is `array`, without that padding.
    Bytes values(int map, BpfMap.Array array) {
        var padded = valuesBytes(map);
        int size = array.valueSize();
        if (array.stride() == size) {
            return Bytes.of(padded);
        }
        var packed = new byte[array.entries() * size];
        for (int key = 0; key < array.entries(); key++) {
            System.arraycopy(padded, key * array.stride(), packed, key * size, size);
        }
        return Bytes.owning(packed);
    }

    /// Copies the taint after a map update from `value`, the address of the new value.
    void taintUpdated(int map, int key, long value) {
        if (maps.get(map) instanceof BpfMap.Array array) {
            var from = at(value);
            from.taintUndefined((int) (value - from.base), array.valueSize());
            values(map).tainted.copy(key * array.stride(), array.valueSize(), from.tainted, (int) (value - from.base));
        }
    }

    /// The bytes of the context that depend on addresses.
    BitSet taintedContext() {
        return objects.get(CONTEXT).tainted.offsets();
    }

    /// The bytes of the map's values, without the padding between them, that depend on addresses.
    BitSet taintedValues(int map, BpfMap.Array array) {
        var packed = new BitSet();
        values(map).tainted.offsets().stream()
                .forEach(at -> packed.set(at / array.stride() * array.valueSize() + at % array.stride()));
        return packed;
    }

    MemoryObject values(int map) {
        return objects.get(FIRST_MAP + maps.size() + map);
    }

    /// Index of the map with this address; ends the run if there is none.
    int mapAt(long address) {
        long map = layout.objectNear(address) - FIRST_MAP;
        if (map < 0 || map >= maps.size() || mapAddress((int) map) != address) {
            throw new Fault(Trap.MEMORY, "%#x is not the address of a map".formatted(address));
        }
        return (int) map;
    }

    /// The place that the pointer points to; empty if it has no object, or the object no longer exists.
    Optional<Place> place(Taint pointer) {
        var place = place(pointer.value());
        return place.filter(found -> region(found.owner()).addressed().equals(pointer.object()));
    }

    /// The object whose window contains the address, and the offset in it; empty if there is no such object.
    Optional<Place> place(long address) {
        long object = layout.objectNear(address);
        return object < 0 || object >= objects.size()
                ? Optional.empty()
                : Optional.of(new Place(owner((int) object), address - objects.get((int) object).base));
    }

    private Owner owner(int object) {
        int values = FIRST_MAP + maps.size();
        int stacks = values + maps.size();
        return object < FIRST_MAP ? new Owner.Context()
                : object < values ? new Owner.Map(object - FIRST_MAP)
                        : object < stacks ? new Owner.Values(object - values)
                                : new Owner.Stack(object - stacks);
    }

    MemoryObject region(Owner owner) {
        int values = FIRST_MAP + maps.size();
        return objects.get(switch (owner) {
            case Owner.Context() -> CONTEXT;
            case Owner.Map(int map) -> FIRST_MAP + map;
            case Owner.Values(int map) -> values + map;
            case Owner.Stack(int frame) -> values + maps.size() + frame;
        });
    }

    /// The bytes at the address, zero-extended.
    long load(Size size, long address) {
        var region = at("read", address, size.bytes());
        return region.load(size, address - region.base);
    }

    /// Writes the low bytes of the value.
    void store(Size size, long address, long value) {
        var region = at("write", address, size.bytes());
        region.store(size, address - region.base, value);
    }

    /// Reads many bytes, as helpers do.
    byte[] read(long address, int count) {
        var region = at("read", address, count);
        return region.read(address - region.base, count);
    }

    private MemoryObject at(String access, long address, int count) {
        long object = layout.objectNear(address);
        if (object < 0 || object >= objects.size()) {
            throw new Fault(Trap.MEMORY, "%s of %d bytes at %#x: no object there".formatted(access, count, address));
        }
        return objects.get((int) object);
    }
}
