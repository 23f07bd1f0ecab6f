package dev.tailbound.run.processor;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/// Trials and effects as bytes between two processes.
final class Wire {
    /// Sent when the process is ready.
    static final int READY = 0x7472_6961;

    private Wire() {}

    static void write(DataOutputStream to, Trial trial) throws IOException {
        bytes(to, trial.code());
        registers(to, trial.registers());
        to.writeLong(trial.flags());
        to.writeLong(trial.gsBase());
        to.write(trial.window());
    }

    static Trial trial(DataInputStream from) throws IOException {
        return new Trial(from.readNBytes(from.readInt()), registers(from), from.readLong(), from.readLong(),
                from.readNBytes(Trial.WINDOW_BYTES));
    }

    static void write(DataOutputStream to, Effect.Done effect) throws IOException {
        registers(to, effect.registers());
        to.writeLong(effect.flags());
        to.writeBoolean(effect.jumped());
        to.write(effect.window());
    }

    static Effect.Done effect(DataInputStream from) throws IOException {
        var registers = registers(from);
        long flags = from.readLong();
        boolean jumped = from.readBoolean();
        var window = new byte[Trial.WINDOW_BYTES];
        from.readFully(window);
        return new Effect.Done(registers, flags, jumped, window);
    }

    private static void bytes(DataOutputStream to, byte[] bytes) throws IOException {
        to.writeInt(bytes.length);
        to.write(bytes);
    }

    private static void registers(DataOutputStream to, long[] registers) throws IOException {
        for (long value : registers) {
            to.writeLong(value);
        }
    }

    private static long[] registers(DataInputStream from) throws IOException {
        var registers = new long[Trial.REGISTERS];
        for (int i = 0; i < registers.length; i++) {
            registers[i] = from.readLong();
        }
        return registers;
    }
}
