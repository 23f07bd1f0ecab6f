package dev.tailbound.run.emulated;

import dev.tailbound.run.emulated.HostIsa.Calls;
import dev.tailbound.run.emulated.HostIsa.Register;
import java.util.LinkedHashSet;
import java.util.List;

/// The registers of a processor by the part they play in calls; those that mean nothing hold poison.
final class CallRegisters {
    private final Calls calls;
    private final List<Register> names;
    private final Unicorn.Batch all;
    private final Unicorn.Batch destroyed;
    private final Unicorn.Batch arguments;

    CallRegisters(Unicorn unicorn, Calls calls) {
        this.calls = calls;
        // The result register is an argument register too where it can be; each register stands once, and those that calls destroy stand first.
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

    /// Puts these arguments into their registers, and poison into all others.
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

    /// Puts the result of a call into its register, and poison into all others that calls destroy.
    void leave(long result) {
        destroyed.set(0, result);
        for (int i = 1; i < destroyed.size(); i++) {
            destroyed.set(i, poison(i));
        }
        destroyed.write();
    }

    /// The same of a call without a result.
    void leave() {
        leave(poison(0));
    }

    /// Reads all registers, for [#reportDamage]; gives the result.
    long readResult() {
        all.read();
        return all.get(0);
    }

    /// Reports those that a callee must preserve, and did not.
    void reportDamage(List<String> damage) {
        for (int i = destroyed.size(); i < all.size(); i++) {
            report(names.get(i), poison(i), all.get(i), damage);
        }
    }

    /// Reports the register if it does not hold what it should.
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

    /// Another value in each register; not an address, and as a count far beyond any budget, in both halves.
    private static long poison(int position) {
        return 0x5bad_c0de_5000_0000L + position * 0x0101_0101_0101L;
    }
}
