package dev.tailbound.run.kernel;

import dev.tailbound.setup.Tool;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/// A compressed kernel within an image that unpacks itself; the image's headers do not state its version.
record PackedKernel(ImageBytes image, int start, Compression compression) {
    private static final int MAX_BYTES = 1 << 28;

    /// Compression methods of kernels. Java itself has only the first.
    @SuppressWarnings("ImmutableEnumChecker") // lists made by List.of, arrays that nothing changes
    private enum Compression {
        GZIP(List.of(), 0x1f, 0x8b, 8), XZ(List.of("xz", "-dc", "--single-stream"), 0xfd, '7', 'z', 'X', 'Z', 0),
        ZSTD(List.of("zstd", "-dcq"), 0x28, 0xb5, 0x2f, 0xfd);

        private final List<String> command;
        private final byte[] magic;

        Compression(List<String> command, int... magic) {
            this.command = command;
            this.magic = new byte[magic.length];
            IntStream.range(0, magic.length).forEach(i -> this.magic[i] = (byte) magic[i]);
        }
    }

    /// Where compressed data may start in the image.
    static Stream<PackedKernel> in(ImageBytes image) {
        return Stream.of(Compression.values())
                .flatMap(compression -> IntStream
                        .iterate(image.indexOf(compression.magic, 0), at -> at >= 0,
                                at -> image.indexOf(compression.magic, at + 1))
                        .mapToObj(at -> new PackedKernel(image, at, compression)));
    }

    /// The release; empty if this is no compressed kernel. Throws [dev.tailbound.setup.MissingToolException] if the program to unpack it is missing.
    Optional<String> release() {
        try {
            return compression == Compression.GZIP ? unzipped() : unpacked();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    private Optional<String> unzipped() throws IOException {
        try (var in = new GZIPInputStream(new ByteArrayInputStream(image.from(start)))) {
            return ReleaseBanner.in(in, MAX_BYTES);
        } catch (ZipException noGzip) {
            return Optional.empty();
        }
    }

    /// The data may be followed by others, so the program's status says nothing.
    private Optional<String> unpacked() throws IOException {
        var data = Files.createTempFile("tailbound", ".packed");
        try {
            Files.write(data, image.from(start));
            var program = new Tool(compression.command.getFirst()).require().toString();
            var command = Stream.concat(Stream.of(program), compression.command.stream().skip(1)).toList();
            var process = new ProcessBuilder(command).redirectInput(data.toFile()).redirectError(Redirect.DISCARD).start();
            try (InputStream out = process.getInputStream()) {
                return ReleaseBanner.in(out, MAX_BYTES);
            } finally {
                process.destroyForcibly();
                process.onExit().join();
            }
        } finally {
            Files.delete(data);
        }
    }
}
