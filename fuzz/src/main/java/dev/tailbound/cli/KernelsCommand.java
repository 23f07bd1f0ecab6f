package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.run.kernel.KernelArch;
import dev.tailbound.run.kernel.KernelPackages;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound kernels`: explains where to get kernels, and fetches Debian's, without installing them.
@Command(name = "kernels", mixinStandardHelpOptions = true,
        description = "Explains where to get kernels for --engine kernel:ARCH:IMAGE. Fetches and unpacks Debian's with apt, without installing them.")
final class KernelsCommand implements Callable<Integer> {
    private static final String EXPLANATION = """
            An image works if these options are built in: CONFIG_BPF_SYSCALL,
            CONFIG_BPF_JIT, CONFIG_PCI, CONFIG_DEVTMPFS, CONFIG_SERIAL_8250,
            CONFIG_SERIAL_8250_PCI, and for arm64 and arm CONFIG_SERIAL_AMBA_PL011.
            Kernels of distributions have them; this machine's kernel is in /boot.

            On Debian and derivatives, apt fetches others, without installing them and
            without changing apt's configuration:

              ./tailbound kernels --fetch bookworm             6.1, for x86-64 and arm64
              ./tailbound kernels --fetch bookworm-backports   6.12
              ./tailbound kernels --fetch sid                  the newest
              ./tailbound kernels --fetch sid --arch riscv64   for another architecture

            Which suite has which architecture: docs/kernels.md.

            """;

    private static final List<KernelArch> DEFAULT = List.of(KernelArch.X86_64, KernelArch.ARM64);

    @Spec
    private CommandSpec spec;

    @ArgGroup(exclusive = false)
    private Fetch fetch;

    private static final class Fetch {
        @Option(names = "--fetch", paramLabel = "SUITE", required = true,
                description = "A suite of Debian, such as bookworm or sid.")
        private String suite;

        @Option(names = "--arch", paramLabel = "ARCH", description = "The architecture, see above. Default: x86-64 and arm64.")
        private String arch;

        @Option(names = "--mirror", paramLabel = "URL", description = "A mirror of Debian. Default: the one that apt uses.")
        private String mirror;
    }

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            if (fetch == null) {
                out.printf("ARCH is one of %s.%n%s", KernelArch.words(), EXPLANATION);
            } else {
                var mirror = fetch.mirror == null ? KernelPackages.mirror() : fetch.mirror;
                for (var arch : fetch.arch == null ? DEFAULT : List.of(archOf(fetch.arch))) {
                    print(out, arch, new KernelPackages(mirror, fetch.suite, arch).fetch());
                }
                return ExitCode.AGREE;
            }
            for (var arch : KernelArch.values()) {
                for (var image : KernelPackages.fetched(arch)) {
                    print(out, arch, image);
                }
            }
        } catch (IOException e) {
            spec.commandLine().getErr().println(Printable.line("kernels: " + e.getMessage()));
            return ExitCode.MISSING;
        }
        return ExitCode.AGREE;
    }

    private KernelArch archOf(String word) {
        return KernelArch.named(word).orElseThrow(
                () -> new BadInput("--arch", "expected %s, found %s".formatted(KernelArch.words(), BadInput.quoted(word))));
    }

    private static void print(PrintWriter out, KernelArch arch, Path image) {
        out.printf("--engine kernel:%s:%s%n", arch.word(), Printable.line(image.toString()));
        out.flush();
    }
}
