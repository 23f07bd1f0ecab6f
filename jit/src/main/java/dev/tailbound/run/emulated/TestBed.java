package dev.tailbound.run.emulated;

import java.io.Serial;
import java.lang.foreign.Arena;
import java.util.List;

/// A processor for the [SelfTest], with a page in each memory region of an engine and the same calling sequence.
final class TestBed implements AutoCloseable {

    /// The emulator behaved differently from a processor.
    static final class Wrong extends Exception {
        @Serial
        private static final long serialVersionUID = 1L;

        Wrong(String what, String expected, String found) {
            super("%s: expected %s, found %s".formatted(what, expected, found));
        }

        /// Throws unless the two are equal.
        static void unless(String what, long expected, long found) throws Wrong {
            if (expected != found) {
                throw new Wrong(what, "0x%x".formatted(expected), "0x%x".formatted(found));
            }
        }
    }

    private static final int PLACE_BYTES = 128;

    private final Arena arena = Arena.ofShared();
    private final HostIsa isa;
    private final TestImages images;
    private final Unicorn unicorn;
    private final GuestRegion text;
    private final GuestRegion code;
    private final GuestRegion objects;
    private final GuestRegion stack;
    private final GuestRegion perCpu;
    private final List<GuestRegion> modules;
    private int places;
    private String denied = "";
    private boolean pauses;

    TestBed(Cpu cpu) {
        isa = cpu.isa();
        images = TestImages.of(cpu);
        unicorn = new Unicorn(cpu, arena);
        var addresses = isa.addresses();
        text = map("text", addresses.text(), Unicorn.READ | Unicorn.EXECUTE);
        code = map("code", addresses.code(), Unicorn.READ | Unicorn.EXECUTE);
        objects = map("objects", addresses.objects(), Unicorn.READ | Unicorn.WRITE);
        stack = map("stack", addresses.stack(), Unicorn.READ | Unicorn.WRITE);
        perCpu = map("per-CPU area", addresses.perCpu(), Unicorn.READ | Unicorn.WRITE);
        modules = List.of(map("modules", addresses.modules(), Unicorn.READ | Unicorn.EXECUTE),
                map("far modules", addresses.farModules(), Unicorn.READ | Unicorn.EXECUTE));
        text.bytes().fill(isa.trap());
        unicorn.onCode(returnAddress(), returnAddress() + 1, _ -> unicorn.stop());
        unicorn.onCode(pause(), pause() + 1, _ -> {
            if (pauses) {
                pauses = false;
                unicorn.stop();
            }
        });
        unicorn.onDenied((type, address, size) -> denied = Unicorn.describeDenied(type, address, size));
    }

    private GuestRegion map(String name, long address, int protection) {
        var region = GuestRegion.allocate(name, address, GuestRegion.PAGE, protection, arena);
        unicorn.map(region.base(), region.bytes(), protection);
        return region;
    }

    HostIsa isa() {
        return isa;
    }

    TestImages images() {
        return images;
    }

    Unicorn unicorn() {
        return unicorn;
    }

    /// Read-only for the guest.
    GuestRegion text() {
        return text;
    }

    GuestRegion objects() {
        return objects;
    }

    GuestRegion stack() {
        return stack;
    }

    GuestRegion perCpu() {
        return perCpu;
    }

    /// All regions from which instructions are fetched.
    List<GuestRegion> executable() {
        return List.of(code, text, modules.getFirst(), modules.getLast());
    }

    /// Places a function made of these parts at a new address in the code region; returns the address.
    long place(byte[]... parts) {
        return placeAt(pause() + (long) ++places * PLACE_BYTES, parts);
    }

    /// Places it at the address where [#runToPause] stops.
    long placeAtPause(byte[]... parts) {
        return placeAt(pause(), parts);
    }

    private long placeAt(long address, byte[]... parts) {
        long at = address;
        for (var part : parts) {
            code.put(at, part);
            at += part.length;
        }
        return address;
    }

    private long pause() {
        return code.base() + PLACE_BYTES;
    }

    /// Patches code that may have run.
    void patch(long address, byte[] instruction) {
        code.put(address, instruction);
        unicorn.forget(address, address + instruction.length);
    }

    private long returnAddress() {
        return text.end() - 64;
    }

    /// An address that no code reaches.
    long unreached() {
        return text.end() - 1;
    }

    /// Calls a function; returns its result.
    long call(long function, long... arguments) throws Wrong {
        enter(arguments);
        return goOn(function);
    }

    /// Continues at an address; returns the function's result.
    long goOn(long from) throws Wrong {
        int error = unicorn.start(from, unreached());
        if (error != 0 || programCounter() != returnAddress()) {
            throw new Wrong("function at 0x%x".formatted(from), "a stop at 0x%x".formatted(returnAddress()), end(error));
        }
        return unicorn.read(isa.calls().result());
    }

    /// Calls the function at the pause, and stops before its first instruction.
    void runToPause(long function) throws Wrong {
        enter();
        pauses = true;
        int error = unicorn.start(function, unreached());
        if (error != 0 || programCounter() != function) {
            throw new Wrong("stop in a hook", "a stop at 0x%x".formatted(function), end(error));
        }
    }

    /// Sets the arguments and the return address for a call.
    void enter(long... arguments) {
        denied = "";
        for (int i = 0; i < arguments.length; i++) {
            unicorn.write(isa.calls().arguments().get(i), arguments[i]);
        }
        long stackPointer = stack.end() - 64;
        if (isa.calls().link().isPresent()) {
            unicorn.write(isa.calls().link().get(), returnAddress());
        } else {
            stack.putLong(stackPointer, returnAddress());
        }
        unicorn.write(isa.calls().stackPointer(), stackPointer);
    }

    long programCounter() {
        return unicorn.read(isa.calls().programCounter());
    }

    /// Calls a function whose access is denied, and checks that the denial is reported.
    void denies(String access, long function, long... arguments) throws Wrong {
        enter(arguments);
        int error = unicorn.start(function, unreached());
        if (error == 0 || !denied.equals(access)) {
            throw new Wrong(access, "an error after it", end(error));
        }
    }

    /// Sets the processor's per-CPU base, as an engine does.
    void usePerCpuArea() throws Wrong {
        isa.perCpuBase().ifPresent(base -> unicorn.write(base, perCpu.base()));
        if (isa.setTask().isPresent()) {
            call(place(isa.setTask().get(), isa.ret()), perCpu.base());
        }
    }

    /// Describes the end of the last run, which returned this error code.
    String end(int error) {
        var end = error == 0 ? "a stop" : UnicornLibrary.describe(error);
        return "%s at 0x%x%s".formatted(end, programCounter(), denied.isEmpty() ? "" : " after a " + denied);
    }

    @Override
    public void close() {
        unicorn.close();
        arena.close();
    }
}
