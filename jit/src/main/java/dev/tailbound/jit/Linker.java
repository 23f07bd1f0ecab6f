package dev.tailbound.jit;

import dev.tailbound.verify.VerifiedCase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Compiles all programs of a case and puts them into a guest's address space.
///
/// As the kernel does, each function is compiled twice: first to learn its size, with a placeholder for addresses not yet known, then for the
/// address it was given. The second time must not change its size; it is left out for functions that call nothing, which are the same everywhere.
public final class Linker {
    private final Lowering lowering;
    private final Backend backend;

    public Linker(Lowering lowering, Backend backend) {
        this.lowering = lowering;
        this.backend = backend;
    }

    /// The images of the case's programs, in their order.
    public List<Image> link(VerifiedCase verified, Guest guest) {
        var routines = placeRoutines(guest);
        var images = new ArrayList<Image>();
        for (int i = 0; i < verified.facts().size(); i++) {
            images.add(link(lowering.lower(verified.source(), verified.source().programs().get(i), verified.facts().get(i)),
                    guest, routines));
        }
        return images;
    }

    public Image link(Lowered lowered, Guest guest) {
        return link(lowered, guest, placeRoutines(guest));
    }

    private long[] placeRoutines(Guest guest) {
        return backend.routines().stream().mapToLong(guest::placeRoutine).toArray();
    }

    private Image link(Lowered lowered, Guest guest, long... routines) {
        int count = lowered.subprograms().size();
        var unplaced = new Placed(guest, routines, new long[count]);
        Arrays.fill(unplaced.functions(), guest.codeStart());
        var placed = new Placed(guest, routines, new long[count]);
        var measured = new MachineCode[count];
        var calls = new boolean[count];
        for (int i = 0; i < count; i++) {
            measured[i] = backend.compile(lowered, i, unplaced, guest.codeStart());
            calls[i] = unplaced.clearAsked();
            placed.functions()[i] = guest.allocateCode(measured[i].bytes().length);
        }
        var functions = new ArrayList<Image.Function>(count);
        for (int i = 0; i < count; i++) {
            var code = calls[i] ? backend.recompile(measured[i], lowered, i, placed, placed.functionAddress(i)) : measured[i];
            int size = measured[i].bytes().length;
            if (code.bytes().length != size) {
                throw new IllegalStateException("%s: %s of %s has %d bytes at 0x%x, expected %d as measured before".formatted(
                        backend.name(),
                        lowered.subprograms().get(i).name(), lowered.program().name(), code.bytes().length, placed
                                .functionAddress(i), size));
            }
            functions.add(new Image.Function(placed.functionAddress(i), code));
        }
        return new Image(lowered, functions);
    }

    /// A guest's addresses together with those of the backend's routines and one program's functions.
    private static final class Placed implements Linkage {
        private final Guest guest;
        private final long[] routines;
        private final long[] functions;
        private boolean asked;

        Placed(Guest guest, long[] routines, long[] functions) {
            this.guest = guest;
            this.routines = routines;
            this.functions = functions;
        }

        long[] functions() {
            return functions;
        }

        /// Since it was last cleared, code wanted the address of other code, which it can only reach relative to its own.
        boolean clearAsked() {
            boolean was = asked;
            asked = false;
            return was;
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
            asked = true;
            return guest.helperAddress(id);
        }

        @Override
        public long routineAddress(int routine) {
            asked = true;
            return routines[routine];
        }

        @Override
        public long functionAddress(int subprogram) {
            asked = true;
            return functions[subprogram];
        }

        @Override
        public ObjectLayout layout() {
            return guest.layout();
        }
    }
}
