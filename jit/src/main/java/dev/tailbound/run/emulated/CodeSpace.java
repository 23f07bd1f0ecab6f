package dev.tailbound.run.emulated;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.Helper;
import dev.tailbound.jit.Image;
import dev.tailbound.run.Outcome.Where;
import dev.tailbound.run.emulated.DirectTailCalls.Update;
import dev.tailbound.verify.ProgramFacts.ArraySlot;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/// The executable memory of a guest: a page of kernel text with the stubs of helpers and of what trampolines call; then pads; then the functions of the case.
///
/// A stub of the kernel's code is a bare return: a hook does its work before it runs.
///
/// A pad is where tail calls to a program arrive and are counted: the program's `bpf_func` in guest memory is the address of its pad, which at its start and at
/// the landing offset jumps on to the same place of the real code. A hook on the real code would not do: where a prologue ends at the landing offset, a
/// loop back to the first instruction passes there too.
final class CodeSpace {
    private static final int STUB_BYTES = 16;
    private static final int PAD_BYTES = 128;
    private static final int ALIGNMENT = 16;
    private static final List<Helper> HELPERS = List.of(Helper.values());

    private final HostIsa isa;
    private final Capacity capacity;
    private final GuestRegion text;
    private final GuestRegion code;
    private List<Image> images = List.of();
    private DirectTailCalls directTailCalls;
    private Optional<Set<Long>> tailCalls = Optional.empty();
    private int landing;
    private long end;
    // The slots for which the code is as before a run; empty where it is not.
    private Optional<Map<ArraySlot, Integer>> filledFor = Optional.empty();
    private long changes;

    CodeSpace(HostIsa isa, Capacity capacity, Arena arena) {
        this.isa = isa;
        this.capacity = capacity;
        text = GuestRegion.allocate("text", isa.addresses().text(), GuestRegion.PAGE, Unicorn.READ | Unicorn.EXECUTE, arena);
        code = GuestRegion.allocate("code", isa.addresses().code(), capacity.code(), Unicorn.READ | Unicorn.EXECUTE, arena);
        text.bytes().fill(isa.trap());
        code.bytes().fill(isa.trap());
        for (var helper : HELPERS) {
            text.put(stub(helper), isa.ret());
        }
        text.put(programEnter(), isa.ret());
        text.put(programExit(), isa.ret());
        directTailCalls = new DirectTailCalls(isa, images);
        end = start();
    }

    List<GuestRegion> regions() {
        return List.of(text, code);
    }

    /// The address that a call of the helper goes to.
    long stub(Helper helper) {
        return text.base() + (long) HELPERS.indexOf(helper) * STUB_BYTES;
    }

    /// The helper whose stub holds the address, which lies in `[stubsStart, stubsEnd)`.
    Helper helperAt(long address) {
        return HELPERS.get((int) (address - text.base()) / STUB_BYTES);
    }

    long stubsStart() {
        return text.base();
    }

    long stubsEnd() {
        return text.base() + (long) HELPERS.size() * STUB_BYTES;
    }

    /// Puts in code that is run before all programs.
    void placeOnce(byte[] routine) {
        text.put(placedOnce(), routine);
    }

    long placedOnce() {
        return text.end() - 4L * STUB_BYTES;
    }

    /// Address of the stub that trampolines call before a program.
    long programEnter() {
        return stubsEnd();
    }

    /// Address of the stub that trampolines call after a program.
    long programExit() {
        return stubsEnd() + STUB_BYTES;
    }

    /// Where the entry program returns to; a hook ends the run there, and nothing is executed.
    long returnAddress() {
        return text.end() - STUB_BYTES;
    }

    /// Where nothing leads, nor to what stands before it, for an emulator that wants to be told where to stop: after a stop there it would translate
    /// the place anew.
    long unreached() {
        return text.end() - 1;
    }

    /// The address of a program's pad, what `bpf_func` says.
    long pad(int program) {
        return code.base() + (long) program * PAD_BYTES;
    }

    /// The program whose pad the address is in.
    int programAt(long pad) {
        return (int) ((pad - code.base()) / PAD_BYTES);
    }

    long padsStart() {
        return code.base();
    }

    /// First address for functions, where pads end.
    long start() {
        return code.base() + (long) CaseLimits.PROGRAMS * PAD_BYTES;
    }

    /// After the last function of the case.
    long end() {
        return end;
    }

    /// The pads of the case's programs.
    MemorySegment pads() {
        return code.at(code.base(), (long) images.size() * PAD_BYTES);
    }

    /// The functions of the case, with what lies between them.
    MemorySegment functions() {
        return code.at(start(), end - start());
    }

    /// Where there is room for code at all.
    long limit() {
        return code.end();
    }

    /// Makes room for another case.
    void clear() {
        code.at(code.base(), end - code.base()).fill(isa.trap());
        end = start();
        use(List.of());
    }

    /// Reserves room for a function, and for a trap after it.
    long allocate(int size) {
        long address = end;
        long next = address + size + 2 * ALIGNMENT - 1 & -ALIGNMENT;
        capacity.requireCode(next - code.base());
        end = next;
        return address;
    }

    /// Puts in code that stands for itself, until the next case.
    long place(byte[] routine) {
        long address = allocate(routine.length);
        put(address, routine);
        return address;
    }

    /// Puts code into room that was reserved for it.
    void put(long address, byte[] bytes) {
        code.put(address, bytes);
    }

    /// Makes these the case's programs and puts in pads for them; their own code comes with [#fill].
    void load(List<Image> programs, int landingOffset) {
        if (landingOffset < isa.jump(0, 0).length || landingOffset > PAD_BYTES / 2) {
            throw new IllegalArgumentException("tail calls land at %d, a pad has room for less".formatted(landingOffset));
        }
        use(programs);
        landing = landingOffset;
        for (int i = 0; i < images.size(); i++) {
            putJump(pad(i), images.get(i).entry());
            putJump(landing(i), images.get(i).entry() + landingOffset);
        }
    }

    /// Since room was made for the case, its programs have been loaded.
    boolean isLoaded() {
        return !images.isEmpty();
    }

    private void use(List<Image> programs) {
        images = List.copyOf(programs);
        directTailCalls = new DirectTailCalls(isa, images);
        tailCalls = Optional.empty();
        filledFor = Optional.empty();
        changes++;
    }

    /// Puts the programs' code in as it is before a run where slots of program arrays hold these programs. It comes from the compiler as for empty slots.
    void fill(Map<ArraySlot, Integer> slots) {
        if (filledFor.filter(slots::equals).isPresent()) {
            return;
        }
        filledFor = Optional.empty();
        for (var image : images) {
            image.functions().forEach(function -> code.put(function.address(), function.code().bytes()));
        }
        changes++;
        slots.forEach((slot, program) -> directTailCalls.update(slot, OptionalLong.empty(), OptionalLong.of(landing(program)))
                .forEach(update -> {
                    if (update instanceof Update.Patch patch) {
                        patch(patch);
                    }
                }));
        filledFor = Optional.of(slots);
    }

    /// Grows with each change of the code that is run: as long as it is the same, so is that code.
    long changes() {
        return changes;
    }

    /// Where tail calls to a program land.
    long landing(int program) {
        return pad(program) + landing;
    }

    /// Where the code of the case's tail calls starts.
    Set<Long> tailCalls() {
        if (tailCalls.isEmpty()) {
            tailCalls = Optional.of(images.stream().flatMapToLong(Image::tailCalls).boxed().collect(Collectors.toSet()));
        }
        return tailCalls.get();
    }

    DirectTailCalls directTailCalls() {
        return directTailCalls;
    }

    /// Rewrites code that is loaded.
    void patch(Update.Patch patch) {
        code.put(patch.address(), patch.code());
        filledFor = Optional.empty();
        changes++;
    }

    private void putJump(long from, long to) {
        code.put(from, isa.jump(from, to));
    }

    /// The instruction of the case whose code lies at an address.
    Where locate(long address) {
        for (int i = 0; i < images.size(); i++) {
            var insn = images.get(i).insnAt(address);
            if (insn.isPresent()) {
                return new Where(i, insn.getAsInt());
            }
        }
        return Where.UNKNOWN;
    }
}
