package dev.tailbound.run.kernel;

import dev.tailbound.isa.BadInput;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// A kernel as the command line names it: `ARCH:IMAGE`, or `ARCH,plain:IMAGE` where programs are run as they are, without [Probes].
///
/// @param plain r0 is seen in 32 bits then, and tail calls are not counted
public record KernelSpec(KernelImage image, boolean plain) {
    private static final String PLAIN = ",plain";

    /// Throws [BadInput] where there is no such architecture, or no kernel of it.
    public static KernelSpec parse(String text) {
        int colon = text.indexOf(':');
        var head = colon < 0 ? text : text.substring(0, colon);
        boolean plain = head.endsWith(PLAIN);
        var arch = switch (plain ? head.substring(0, head.length() - PLAIN.length()) : head) {
            case "x86-64", "amd64" -> KernelArch.X86_64;
            case "arm64" -> KernelArch.ARM64;
            default -> throw new BadInput("kernel " + text, "expected x86-64[,plain]:IMAGE or arm64[,plain]:IMAGE");
        };
        if (colon < 0 || colon == text.length() - 1) {
            throw new BadInput("kernel " + text, "expected %s:IMAGE, found no image".formatted(head));
        }
        try {
            return new KernelSpec(KernelImage.read(Path.of(text.substring(colon + 1)), arch), plain);
        } catch (InvalidPathException e) {
            throw new BadInput("kernel " + head, "expected a file as image: " + e.getMessage());
        }
    }

    /// The name in reports, which does not depend on where the image lies: `kernel:x86-64:6.1.0-50-cloud-amd64`.
    public String label() {
        return "kernel:%s%s:%s".formatted(image.arch().word(), plain ? PLAIN : "", image.version().release());
    }
}
