package dev.tailbound.run.emulated;

import dev.tailbound.run.emulated.HostIsa.Calls;
import dev.tailbound.run.emulated.HostIsa.Register;
import java.util.LinkedHashSet;
import java.util.List;

/// A processor's registers by their role in calls; registers without a defined value hold poison.
final class CallRegisters {
    private final Calls calls;
    private final List<Register> names;
    private final Unicorn.Batch all;
    private final Unicorn.Batch destroyed;
    private final Unicorn.Batch arguments;

    CallRegisters(Unicorn unicorn, Calls calls) {
        this.calls = calls;
        // The result register may also be an argument register, but each register occurs once; caller-saved registers come first.
        var registers = new LinkedHashSet<Register>();
        registers.add(calls.result());
        registers.addAll(calls.arguments());
        registers.addAll(calls.scratch());
        destroyed = unicorn.batch(registers);
        registers.addAll(calls.preserved());
        names = List.copyOf(registers);
        all = unicorn.batch(registers);
        arguments = unicorn.batch(calls.arguments());
    }

    /// Writes the arguments to their registers and poison to all others.
    void enter(long... given) {
        for (int i = 0; i < all.size(); i++) {
            all.set(i, poison(i));
        }
        for (int i = 0; i < given.length; i++) {
            all.set(names.indexOf(calls.arguments().get(i)), given[i]);
        }
        all.write();
    }

    /// Reads the arguments of a call, for [#argument].
    void readArguments() {
        arguments.read();
    }

    long argument(int number) {
        return arguments.get(number);
    }

    /// Writes the result of a call to its register and poison to all other caller-saved registers.
    void leave(long result) {
        destroyed.set(0, result);
        for (int i = 1; i < destroyed.size(); i++) {
            destroyed.set(i, poison(i));
        }
        destroyed.write();
    }

    /// The same for a call without a result.
    void leave() {
        leave(poison(0));
    }

    /// Reads all registers, for [#reportDamage]; returns the result register.
    long readResult() {
        all.read();
        return all.get(0);
    }

    /// Reports callee-saved registers that were not preserved.
    void reportDamage(List<String> damage) {
        for (int i = destroyed.size(); i < all.size(); i++) {
            report(names.get(i), poison(i), all.get(i), damage);
        }
    }

    /// Reports the register if its value is not the expected one.
    static void report(Register register, long expected, long found, List<String> damage) {
        if (expected != found) {
            damage.add("%s expected 0x%x, found 0x%x".formatted(register.name(), expected, found));
        }
    }

    /// The register with this name in assembly.
    Register named(String name) {
        return names.stream().filter(register -> register.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no register " + name));
    }

    /// A different value per register: not an address, and in both halves far beyond any tail call budget.
    private static long poison(int position) {
        return 0x5bad_c0de_5000_0000L + position * 0x0101_0101_0101L;
    }
}
