package dev.tailbound.cases;

import java.util.HashSet;
import java.util.List;

/// The kernel modules that a case defines.
///
/// @param modules modules with kfuncs, besides the kernel itself
public record KernelEnvironment(List<Module> modules) {
    public static final KernelEnvironment NONE = new KernelEnvironment(List.of());

    /// `-- module NAME [off=N] [far] [no-types]`: a module that has the kfuncs of [dev.tailbound.isa.Kfunc#isInModules()].
    ///
    /// @param off      its offset in kfunc calls: its index in the program's `fd_array`
    /// @param isFar    its address is far from the programs' machine code
    /// @param hasTypes it has BTF, without which its kfuncs cannot be called
    public record Module(String name, int off, boolean isFar, boolean hasTypes) {
        public Module {
            if (off < 1 || off > Short.MAX_VALUE) {
                throw new IllegalArgumentException("module %s: off is %d, expected 1..%d".formatted(name, off, Short.MAX_VALUE));
            }
        }
    }

    public KernelEnvironment {
        modules = List.copyOf(modules);
        CaseLimits.requireAtMost(CaseLimits.MODULES, "modules", modules);
        var names = new HashSet<String>();
        var offsets = new HashSet<Integer>();
        for (var module : modules) {
            if (!names.add(module.name())) {
                throw new IllegalArgumentException("module %s is defined twice".formatted(module.name()));
            }
            if (!offsets.add(module.off())) {
                throw new IllegalArgumentException(
                        "module %s: off %d is used by another module".formatted(module.name(), module.off()));
            }
        }
    }

    /// Number of the module with this offset: from 1, or 0 for the kernel; -1 if there is none.
    public int moduleAt(int off) {
        if (off == 0) {
            return 0;
        }
        for (int i = 0; i < modules.size(); i++) {
            if (modules.get(i).off() == off) {
                return i + 1;
            }
        }
        return -1;
    }

    /// Number of the module with this name; throws [IllegalArgumentException] if there is none.
    public int number(String name) {
        for (int i = 0; i < modules.size(); i++) {
            if (modules.get(i).name().equals(name)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no module " + name);
    }

    /// Number of the module whose kfuncs generated code calls; 0 for the kernel.
    public int number(Callees callees) {
        return callees.module().map(this::number).orElse(0);
    }

    /// Offset in kfunc calls of the module with this number; 0 for the kernel.
    public int off(int number) {
        return number == 0 ? 0 : module(number).off();
    }

    /// The module with this number, not 0.
    public Module module(int number) {
        return modules.get(number - 1);
    }
}
