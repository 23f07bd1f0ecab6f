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
import java.util.stream.Stream;

/// Executable memory of a guest: a page of kernel text with stubs of helpers and trampoline callees; then pads; then the functions of the case.
///
/// A stub of kernel code is only a return instruction: a hook does the work before it runs.
///
/// Tail calls to a program arrive at its pad and are counted there: `bpf_func` in guest memory is the pad's address, and the pad jumps from its start
/// and from the landing offset to the same offsets of the real code. A hook on the real code would not work: if the prologue ends at the landing
/// offset, a loop back to the first instruction also passes there.
final class CodeSpace {
    private static final int STUB_BYTES = 16;
    private static final int PAD_BYTES = 128;
    private static final int ALIGNMENT = 16;
    private static final List<Helper> HELPERS = List.of(Helper.values());

    /// The code of a function or trampoline.
    private record Loaded(long address, CorrectedCode code) {}

    private final HostIsa isa;
    private final Capacity capacity;
    private final GuestRegion text;
    private final GuestRegion code;
    private List<Image> images = List.of();
    private List<Loaded> loaded = List.of();
    private Map<Long, Long> exchanges = Map.of();
    private DirectTailCalls directTailCalls;
    private Optional<Set<Long>> tailCalls = Optional.empty();
    private int landing;
    private long end;
    // The slots for which the code is in its state before a run; empty if it is not.
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

    /// Call address of the helper.
    long stub(Helper helper) {
        return text.base() + (long) HELPERS.indexOf(helper) * STUB_BYTES;
    }

    /// The helper whose stub contains the address, which must be in `[stubsStart, stubsEnd)`.
    Helper helperAt(long address) {
        return HELPERS.get((int) (address - text.base()) / STUB_BYTES);
    }

    long stubsStart() {
        return text.base();
    }

    long stubsEnd() {
        return text.base() + (long) HELPERS.size() * STUB_BYTES;
    }

    /// Places code that runs once before all programs.
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

    /// Return address of the entry program; a hook ends the run there before any instruction executes.
    long returnAddress() {
        return text.end() - STUB_BYTES;
    }

    /// An address that no code reaches, as the emulator's `until`. A reachable one would be retranslated after each stop there.
    long unreached() {
        return text.end() - 1;
    }

    /// The address of a program's pad, stored in `bpf_func`.
    long pad(int program) {
        return code.base() + (long) program * PAD_BYTES;
    }

    /// The program whose pad contains the address.
    int programAt(long pad) {
        return (int) ((pad - code.base()) / PAD_BYTES);
    }

    long padsStart() {
        return code.base();
    }

    /// First address for functions, the end of the pads.
    long start() {
        return code.base() + (long) CaseLimits.PROGRAMS * PAD_BYTES;
    }

    /// End of the last function of the case.
    long end() {
        return end;
    }

    /// The pads of the case's programs.
    MemorySegment pads() {
        return code.at(code.base(), (long) images.size() * PAD_BYTES);
    }

    /// The functions of the case, with the gaps between them.
    MemorySegment functions() {
        return code.at(start(), end - start());
    }

    /// End of the code region.
    long limit() {
        return code.end();
    }

    /// Removes the code of the last case.
    void clear() {
        code.at(code.base(), end - code.base()).fill(isa.trap());
        end = start();
        use(List.of());
    }

    /// Reserves space for a function and a trap after it.
    long allocate(int size) {
        long address = end;
        long next = address + size + 2 * ALIGNMENT - 1 & -ALIGNMENT;
        capacity.requireCode(next - code.base());
        end = next;
        return address;
    }

    /// Places a stand-alone routine, until the next case.
    long place(byte[] routine) {
        long address = allocate(routine.length);
        put(address, routine);
        return address;
    }

    /// Writes code to its reserved space.
    void put(long address, byte[] bytes) {
        code.put(address, bytes);
    }

    /// Sets the case's programs and writes their pads; [#fill] writes their code.
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

    /// Programs have been loaded since the last [#clear()].
    boolean isLoaded() {
        return !images.isEmpty();
    }

    private void use(List<Image> programs) {
        images = List.copyOf(programs);
        loaded = images.stream().flatMap(this::parts).toList();
        exchanges = loaded.stream().flatMap(part -> part.code().exchanges().entrySet().stream())
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        directTailCalls = new DirectTailCalls(isa, images);
        tailCalls = Optional.empty();
        filledFor = Optional.empty();
        changes++;
    }

    private Stream<Loaded> parts(Image image) {
        return Stream.concat(image.functions().stream().map(function -> loaded(function.address(), function.code().bytes())),
                image.around().stream().map(around -> loaded(around.address(), around.code())));
    }

    private Loaded loaded(long address, byte[] bytes) {
        return new Loaded(address, isa.corrected(bytes, address));
    }

    /// See [CorrectedCode#exchanges].
    Map<Long, Long> exchanges() {
        return exchanges;
    }

    /// Writes the programs' code as before a run with these program array slots. The compiler emits it for empty slots.
    void fill(Map<ArraySlot, Integer> slots) {
        if (filledFor.filter(slots::equals).isPresent()) {
            return;
        }
        filledFor = Optional.empty();
        loaded.forEach(part -> code.put(part.address(), part.code().bytes()));
        changes++;
        slots.forEach((slot, program) -> directTailCalls.update(slot, OptionalLong.empty(), OptionalLong.of(landing(program)))
                .forEach(update -> {
                    if (update instanceof Update.Patch patch) {
                        patch(patch);
                    }
                }));
        filledFor = Optional.of(slots);
    }

    /// Incremented with each change of the executed code; equal values mean unchanged code.
    long changes() {
        return changes;
    }

    /// Landing address of tail calls to a program.
    long landing(int program) {
        return pad(program) + landing;
    }

    /// Start addresses of the code of the case's tail calls.
    Set<Long> tailCalls() {
        if (tailCalls.isEmpty()) {
            tailCalls = Optional.of(images.stream().flatMapToLong(Image::tailCalls).boxed().collect(Collectors.toSet()));
        }
        return tailCalls.get();
    }

    DirectTailCalls directTailCalls() {
        return directTailCalls;
    }

    /// Patches loaded code.
    void patch(Update.Patch patch) {
        code.put(patch.address(), patch.code());
        filledFor = Optional.empty();
        changes++;
    }

    private void putJump(long from, long to) {
        code.put(from, isa.jump(from, to));
    }

    /// The instruction of the case whose code contains an address.
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
