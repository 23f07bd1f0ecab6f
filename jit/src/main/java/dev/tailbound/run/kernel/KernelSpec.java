package dev.tailbound.run.kernel;

import dev.tailbound.cases.Case;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Insn;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// A kernel on the command line: `ARCH:IMAGE`, or `ARCH,plain:IMAGE` to run programs without [Probes]. IMAGE is a file or the release of a fetched
/// kernel.
///
/// @param plain   only 32 bits of r0 are observed, and tail calls are not counted
/// @param ailment simulated failure
public record KernelSpec(KernelImage image, boolean plain, Ailment ailment) {
    private static final String PLAIN = ",plain";

    /// Simulated failure of the kernel at cases with a negation, to test campaigns on crashing kernels; undocumented in the help.
    public enum Ailment {
        NONE(""), PANIC(",test-panic"), STALL(",test-stall");

        private final String word;

        Ailment(String word) {
            this.word = word;
        }

        /// Whether the case triggers the failure.
        public boolean strikes(Case source) {
            return this != NONE && source.programs().stream().flatMap(program -> program.insns().stream())
                    .anyMatch(Insn.Neg.class::isInstance);
        }
    }

    /// Throws [BadInput] if the architecture is unknown or the image is not one of its kernels.
    public static KernelSpec parse(String text) {
        return parse(text, KernelImage::read);
    }

    /// The kernel of this name with this image identity, see [KernelImage#identity]. Does not read the image, which may have changed.
    public static KernelSpec recorded(String text, String identity) {
        return parse(text, (file, arch) -> KernelImage.recorded(file, arch, identity));
    }

    private static KernelSpec parse(String text, BiFunction<Path, KernelArch, KernelImage> images) {
        int colon = text.indexOf(':');
        var head = colon < 0 ? text : text.substring(0, colon);
        var ailment = Stream.of(Ailment.PANIC, Ailment.STALL).filter(each -> head.endsWith(each.word)).findFirst()
                .orElse(Ailment.NONE);
        var rest = head.substring(0, head.length() - ailment.word.length());
        boolean plain = rest.endsWith(PLAIN);
        var arch = KernelArch.named(plain ? rest.substring(0, rest.length() - PLAIN.length()) : rest)
                .orElseThrow(() -> new BadInput(("kernel " + text).strip(),
                        "expected ARCH:IMAGE or ARCH,plain:IMAGE, ARCH one of " + KernelArch.words()));
        if (colon < 0 || colon == text.length() - 1) {
            throw new BadInput("kernel " + text, "expected %s:IMAGE, found no image".formatted(head));
        }
        try {
            var image = KernelPackages.image(KernelPackages.place(arch), text.substring(colon + 1));
            return new KernelSpec(images.apply(image, arch), plain, ailment);
        } catch (InvalidPathException e) {
            throw new BadInput("kernel " + head, "expected a file as image: " + e.getMessage());
        }
    }

    /// The name in reports, independent of the image's path: `kernel:x86-64:6.1.0-50-cloud-amd64`.
    public String label() {
        return "kernel:%s%s%s:%s".formatted(image.arch().word(), plain ? PLAIN : "", ailment.word, image.version().release());
    }
}
