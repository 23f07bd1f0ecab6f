package dev.tailbound.cases;

import java.util.HashSet;
import java.util.List;

/// What of the kernel around its programs a case brings along.
///
/// @param modules what programs can call kfuncs of, besides the kernel itself
public record KernelEnvironment(List<Module> modules) {
    public static final KernelEnvironment NONE = new KernelEnvironment(List.of());

    /// `-- module NAME [off=N] [far] [no-types]`: a module that has the kfuncs of [dev.tailbound.isa.Kfunc#isInModules()].
    ///
    /// @param off      the offset by which calls name it, its place in the program's `fd_array`
    /// @param isFar    it lies far from the programs' machine code
    /// @param hasTypes it has type information (BTF), without which its kfuncs cannot be called
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
                throw new IllegalArgumentException("module %s: off %d is another module's".formatted(module.name(), module
                        .off()));
            }
        }
    }

    /// The number of the module with this offset, from 1, or of the kernel, 0; -1 where there is none.
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

    /// The number of the module with this name; throws [IllegalArgumentException] where there is none.
    public int number(String name) {
        for (int i = 0; i < modules.size(); i++) {
            if (modules.get(i).name().equals(name)) {
                return i + 1;
            }
        }
        throw new IllegalArgumentException("no module " + name);
    }

    /// The number of the module that generated code calls functions of, 0 for the kernel.
    public int number(Callees callees) {
        return callees.module().map(this::number).orElse(0);
    }

    /// The offset by which programs name what has this number.
    public int off(int number) {
        return number == 0 ? 0 : module(number).off();
    }

    /// The module with this number, not 0.
    public Module module(int number) {
        return modules.get(number - 1);
    }
}
