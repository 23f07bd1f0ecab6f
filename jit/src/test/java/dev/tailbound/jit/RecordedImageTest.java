package dev.tailbound.jit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.isa.Program;
import dev.tailbound.jit.arm64.Arm64Backend;
import dev.tailbound.jit.arm64.Arm64Options;
import dev.tailbound.jit.passes.Passes;
import dev.tailbound.jit.passes.Profile;
import dev.tailbound.jit.x86.X86Backend;
import dev.tailbound.jit.x86.X86Options;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whole programs compile to the same machine code, addresses included, as in kernels 6.1, 6.12 and 7.2.
///
/// The x86-64 kernels ran with `mitigations=off`.
@Tag("emulator")
class RecordedImageTest {
    private static final HexFormat HEX = HexFormat.of();
    private static final Path DOCS = Path.of("../docs/images.md");

    /// A kernel, and the backend and profile that reproduce it.
    private record Kernel(String engine, String version, String images, Backend backend, Profile profile, int thisCpuOff) {}

    // @formatter:off
    private static final List<Kernel> KERNELS = List.of(
            new Kernel("x86-64:v6.1",  "6.1.176", "images-6.1-amd64.txt",  X86Backend.stackCopy(), Profile.X86_64_V6_1, 0),
            new Kernel("x86-64:v6.12", "6.12.95", "images-6.12-amd64.txt", X86Backend.pointer(),   Profile.X86_64_V6_12.withVariables(0x3500c, 0), 0x19a18),
            new Kernel("x86-64:v7.2",  "7.2.13",  "images-7.2-amd64.txt",
                    new X86Backend(X86Options.debian(dev.tailbound.jit.x86.KernelGeneration.V7_2), new dev.tailbound.jit.x86.PointerScheme()),
                    Profile.X86_64_V7_2.withVariables(0x83dbd034, 0x83dbd018), 0x83dbd028),
            new Kernel("arm64:v6.1",   "6.1.176", "images-6.1-arm64.txt",  Arm64Backend.x26(),     Profile.ARM64_V6_1, 0),
            new Kernel("arm64:v6.12",  "6.12.95", "images-6.12-arm64.txt", Arm64Backend.pointer(), Profile.ARM64_V6_12, 0),
            new Kernel("arm64:v7.2",   "7.2.13",  "images-7.2-arm64.txt",
                    new Arm64Backend(Arm64Options.debian(dev.tailbound.jit.arm64.KernelGeneration.V7_2), new dev.tailbound.jit.arm64.PointerScheme()),
                    Profile.ARM64_V7_2, 0));

    /// Programs that Tailbound cannot compile, with the reason.
    private static final Map<String, String> MISSING = new TreeMap<>(Map.of(
            "jmp/may_goto", "the instruction is not supported",
            "ld_abs",       "the instruction is not supported"));
    // @formatter:on

    private static final List<BpfMap> MAPS = List.of(
            new BpfMap.ProgArray("table", 4, new TreeMap<>()), new BpfMap.Array("values", 128, 1, new TreeMap<>()));

    @Test
    void programs_compile_to_kernel_images_as_documented() throws IOException {
        var docs = Files.readAllLines(DOCS);
        for (var kernel : KERNELS) {
            var images = RecordedImage.read(kernel.images());
            var differences = new TreeMap<String, String>();
            int compared = 0;
            for (var image : images) {
                var expected = image.functions().stream().map(RecordedImage.Function::code).toList();
                var found = compile(image, kernel);
                compared += found.isPresent() ? 1 : 0;
                assertThat(found.isEmpty()).as(image.name()).isEqualTo(MISSING.containsKey(image.name()));
                if (found.isPresent() && !found.get().equals(expected)) {
                    differences.put(image.name(), "expected %s, found %s".formatted(expected, found.get()));
                }
            }
            assertThat(differences).as(kernel.engine()).isEmpty();
            var row = "| `%s` | %s | %d | %d | %d |".formatted(kernel.engine(), kernel.version(), compared - differences.size(),
                    compared, images.size() - compared);
            System.out.println(row);
            assertThat(docs).contains(row);
        }
        for (var missing : MISSING.entrySet()) {
            assertThat(docs).contains("| `%s` | %s |".formatted(missing.getKey(), missing.getValue()));
        }
    }

    /// The code of the functions; empty if the program cannot be compiled.
    private static Optional<List<String>> compile(RecordedImage image, Kernel kernel) {
        return accepted(image).map(verified -> {
            var source = verified.source();
            var lowered = Passes.ALL.lowering(kernel.profile()).lower(source, source.programs().getFirst(),
                    verified.facts().getFirst());
            var linkage = image.linkage(kernel.profile().layout(), kernel.thisCpuOff());
            return IntStream.range(0, image.functions().size()).mapToObj(i -> HEX.formatHex(kernel.backend().compile(lowered, i,
                    linkage, image.functions().get(i).address()).bytes())).toList();
        });
    }

    private static Optional<VerifiedCase> accepted(RecordedImage image) {
        Program program;
        try {
            program = Decoder.decode("main", image.bpf().toArray());
        } catch (BadInput _) {
            return Optional.empty();
        }
        var source = new Case("", MAPS, List.of(program), "main", Context.Skb.defaults(), Environment.DEFAULT, Expectation.NONE);
        return Verifier.verify(source) instanceof Verdict.Accepted(var verified) ? Optional.of(verified) : Optional.empty();
    }
}
