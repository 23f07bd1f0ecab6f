package dev.tailbound.run.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/// The guest's only program, built from `agent.c` on first use and cached in the [CacheFolder] under a checksum of its sources.
final class GuestAgent {
    private static final String SOURCE = "agent.c";
    private static final List<String> FLAGS = List.of("-std=gnu11", "-Os", "-static", "-nostdlib", "-ffreestanding", "-fno-pie",
            "-no-pie", "-Wl,-e,_start", "-fno-stack-protector", "-Wall", "-Wextra", "-Wno-parentheses", "-Werror");

    private GuestAgent() {}

    /// The program for an architecture; throws [dev.tailbound.setup.MissingToolException] if it must be built and the compiler is missing.
    static byte[] program(KernelArch arch) throws IOException {
        var source = source();
        var built = CacheFolder.of("agent").resolve(arch.word() + "-" + checksum(arch, source));
        if (!Files.exists(built)) {
            CacheFolder.write(built, build(arch, source));
        }
        return Files.readAllBytes(built);
    }

    private static byte[] source() throws IOException {
        try (var in = GuestAgent.class.getResourceAsStream(SOURCE)) {
            return in.readAllBytes();
        }
    }

    /// Compiles it; throws [IOException] if the compiler refuses.
    private static byte[] build(KernelArch arch, byte[] source) throws IOException {
        var compiler = arch.compiler(System.getenv("PATH")).require();
        var folder = Files.createTempDirectory("tailbound-agent");
        var text = folder.resolve(SOURCE);
        var program = folder.resolve("init");
        try {
            Files.write(text, source);
            var command = new ArrayList<String>(List.of(compiler.toString()));
            command.addAll(flags(arch));
            command.addAll(List.of("-o", program.toString(), text.toString()));
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var said = new String(process.getInputStream().readAllBytes(), UTF_8);
            if (process.waitFor() != 0) {
                throw new IOException(
                        "%s cannot build the guest's agent: %s".formatted(compiler, said.lines().findFirst().orElse("")));
            }
            return Files.readAllBytes(program);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while building the guest's agent", e);
        } finally {
            for (var file : List.of(text, program, folder)) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static List<String> flags(KernelArch arch) {
        return Stream.concat(FLAGS.stream(), arch.compilerFlags().stream()).toList();
    }

    private static String checksum(KernelArch arch, byte[] source) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            digest.update(String.join(" ", flags(arch)).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest.digest(source), 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
