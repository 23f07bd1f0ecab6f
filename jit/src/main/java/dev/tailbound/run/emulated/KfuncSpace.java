package dev.tailbound.run.emulated;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.Kfunc;
import java.lang.foreign.Arena;
import java.util.List;

/// Stubs of kfuncs, per module: each is only a return instruction, and a hook does the work before it.
///
/// Modules are near the code or far from it; the kernel's own functions are near.
final class KfuncSpace {
    private static final int STUB_BYTES = 16;
    /// The kernel itself and the modules of a case.
    private static final int MODULES = 1 + CaseLimits.MODULES;
    private static final List<Kfunc> KFUNCS = List.of(Kfunc.values());
    private static final int MODULE_BYTES = KFUNCS.size() * STUB_BYTES;

    private final GuestRegion near;
    private final GuestRegion far;
    private Case source;

    /// A kfunc of a module; module 0 is the kernel itself.
    record Callee(Kfunc kfunc, int module) {}

    KfuncSpace(HostIsa isa, Arena arena) {
        near = allocate("modules", isa.addresses().modules(), isa, arena);
        far = allocate("far modules", isa.addresses().farModules(), isa, arena);
    }

    private static GuestRegion allocate(String name, long base, HostIsa isa, Arena arena) {
        var region = GuestRegion.allocate(name, base, (long) MODULES * MODULE_BYTES, Unicorn.READ | Unicorn.EXECUTE, arena);
        region.bytes().fill(isa.trap());
        for (long at = base; at < region.end(); at += STUB_BYTES) {
            region.put(at, isa.ret());
        }
        return region;
    }

    List<GuestRegion> regions() {
        return List.of(near, far);
    }

    /// Sets the modules of another case.
    void place(Case next) {
        source = next;
    }

    long address(int id, int module) {
        var kfunc = Kfunc.byId(id).orElseThrow(() -> new UnsupportedOperationException("no kfunc has the number " + id));
        boolean isFar = module > 0 && source.kernelEnvironment().module(module).isFar();
        return (isFar ? far : near).base() + (long) module * MODULE_BYTES + (long) KFUNCS.indexOf(kfunc) * STUB_BYTES;
    }

    /// The kfunc whose stub contains the address, which must be in one of the regions.
    Callee at(long address) {
        long offset = address - (near.contains(address, 1) ? near : far).base();
        return new Callee(KFUNCS.get((int) (offset % MODULE_BYTES) / STUB_BYTES), (int) (offset / MODULE_BYTES));
    }
}
