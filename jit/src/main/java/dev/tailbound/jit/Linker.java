package dev.tailbound.jit;

import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/// Compiles all programs of a case and places them in a guest's address space.
///
/// Functions are compiled in order, each for its address. One that calls a later function is compiled again once all addresses are known (the kernel
/// recompiles all); its size must not change.
public final class Linker {
    private final Lowering lowering;
    private final Backend backend;

    public Linker(Lowering lowering, Backend backend) {
        this.lowering = lowering;
        this.backend = backend;
    }

    /// The images of the case's programs, in their order.
    public List<Image> link(VerifiedCase verified, LinkTarget guest) {
        var routines = placeRoutines(guest);
        var images = new ArrayList<Image>();
        for (int i = 0; i < verified.facts().size(); i++) {
            images.add(link(lowering.lower(verified.source(), verified.source().programs().get(i), verified.facts().get(i)),
                    guest, routines));
        }
        return verified.source().attachments().isEmpty() ? images
                : new Attacher(backend.trampolines(), guest, verified.source(), images).attach();
    }

    public Image link(Lowered lowered, LinkTarget guest) {
        return link(lowered, guest, placeRoutines(guest));
    }

    private long[] placeRoutines(LinkTarget guest) {
        return backend.routines().stream().mapToLong(guest::placeRoutine).toArray();
    }

    private Image link(Lowered lowered, LinkTarget guest, long... routines) {
        int count = lowered.subprograms().size();
        var placed = new Placed(guest, routines, new long[count]);
        var codes = new MachineCode[count];
        var early = new BitSet(count);
        for (int i = 0; i < count; i++) {
            long address = guest.nextCode();
            placed.place(i, address);
            codes[i] = backend.compile(lowered, i, placed, address);
            guest.allocateCode(codes[i].bytes().length);
            early.set(i, placed.wasAskedTooEarly());
        }
        var functions = new ArrayList<Image.Function>(count);
        for (int i = 0; i < count; i++) {
            long address = placed.functionAddress(i);
            functions.add(new Image.Function(address, early.get(i) ? recompile(lowered, i, codes[i], placed, address)
                    : codes[i]));
        }
        return new Image(lowered, functions);
    }

    private MachineCode recompile(Lowered lowered, int function, MachineCode measured, Placed placed, long address) {
        var code = backend.recompile(measured, lowered, function, placed, address);
        if (code.bytes().length != measured.bytes().length) {
            throw new IllegalStateException("%s: %s of %s has %d bytes at 0x%x, expected %d as measured before".formatted(
                    backend.name(), lowered.subprograms().get(function).name(), lowered.program().name(), code.bytes().length,
                    address, measured.bytes().length));
        }
        return code;
    }

    /// Addresses of a guest, of the backend's routines and of one program's functions.
    private static final class Placed implements Linkage {
        private final LinkTarget guest;
        private final long[] routines;
        private final long[] functions;
        private int count;
        private boolean askedTooEarly;

        Placed(LinkTarget guest, long[] routines, long[] functions) {
            this.guest = guest;
            this.routines = routines;
            this.functions = functions;
        }

        /// Sets a function's address; functions without one yet have the address of the last placed function.
        void place(int function, long address) {
            functions[function] = address;
            count = function + 1;
            askedTooEarly = false;
        }

        /// The address of an unplaced function was requested since the last placement.
        boolean wasAskedTooEarly() {
            return askedTooEarly;
        }

        @Override
        public long mapAddress(int map) {
            return guest.mapAddress(map);
        }

        @Override
        public long valueAddress(int map) {
            return guest.valueAddress(map);
        }

        @Override
        public long helperAddress(int id) {
            return guest.helperAddress(id);
        }

        @Override
        public long kfuncAddress(int id, int module) {
            return guest.kfuncAddress(id, module);
        }

        @Override
        public long routineAddress(int routine) {
            return routines[routine];
        }

        @Override
        public long functionAddress(int subprogram) {
            if (subprogram >= count) {
                askedTooEarly = true;
                return functions[count - 1];
            }
            return functions[subprogram];
        }

        @Override
        public ObjectLayout layout() {
            return guest.layout();
        }
    }
}
