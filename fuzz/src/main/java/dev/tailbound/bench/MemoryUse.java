package dev.tailbound.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/// The memory of this process in bytes.
///
/// @param resident resident memory: heap, virtual machine, guests, translated code of emulators
/// @param peak     maximum resident memory so far
/// @param heap     used Java heap
public record MemoryUse(long resident, long peak, long heap) {
    private static final Path STATUS = Path.of("/proc/self/status");

    public static MemoryUse now() {
        try {
            var status = Files.readAllLines(STATUS);
            long resident = kibibytes("VmRSS:", status) << 10;
            long peak = kibibytes("VmHWM:", status) << 10;
            return new MemoryUse(resident, peak, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static long kibibytes(String field, Iterable<String> status) {
        for (var line : status) {
            if (line.startsWith(field)) {
                return Long.parseLong(line.substring(field.length(), line.lastIndexOf(" kB")).strip());
            }
        }
        throw new IllegalStateException("%s: expected a line %s, found none".formatted(STATUS, field));
    }
}
