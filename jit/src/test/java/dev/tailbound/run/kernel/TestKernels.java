package dev.tailbound.run.kernel;

import static org.junit.jupiter.api.Assumptions.abort;

import dev.tailbound.run.Outcome;
import dev.tailbound.setup.MissingToolException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/// Real kernels for tests, which are skipped visibly if QEMU, a compiler or an image is missing.
final class TestKernels {
    private TestKernels() {}

    /// A fetched kernel: the oldest one of architectures with an engine of ours, the newest one of others. CI fetches it.
    static KernelSpec of(KernelArch arch) {
        boolean isOldest = arch == KernelArch.X86_64 || arch == KernelArch.ARM64;
        var suite = isOldest ? "bookworm" : "sid";
        try {
            for (var tool : List.of(arch.qemu(), arch.compiler(System.getenv("PATH")))) {
                if (tool.find(System.getenv("PATH")).isEmpty()) {
                    skip(arch, tool.name() + " not found");
                }
            }
            var images = new ArrayList<>(KernelPackages.fetched(arch));
            if (images.isEmpty() && System.getenv("CI") != null) {
                images.add(new KernelPackages(KernelPackages.mirror(), suite, arch).fetch());
            }
            if (images.isEmpty()) {
                skip(arch, "no image, ./tailbound kernels --fetch %s --arch %s gets one".formatted(suite, arch.word()));
            }
            return KernelSpec.parse(arch.word() + ":" + (isOldest ? images.getFirst() : images.getLast()));
        } catch (IOException | MissingToolException e) {
            return skip(arch, e.getMessage());
        }
    }

    private static KernelSpec skip(KernelArch arch, String reason) {
        var line = "kernel %s: skipped, %s".formatted(arch.word(), reason);
        System.out.println(line);
        return abort(line);
    }

    /// The parts that kernels can observe: r0, tail calls, maps and context. Any other outcome is itself.
    static List<Object> seen(Outcome outcome) {
        return outcome instanceof Outcome.Returned(var observation)
                ? List.of(observation.r0(), observation.tailCalls(), observation.maps(), observation.context())
                : List.of(outcome);
    }
}
