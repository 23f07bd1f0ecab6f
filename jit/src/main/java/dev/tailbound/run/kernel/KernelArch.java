package dev.tailbound.run.kernel;

import dev.tailbound.setup.Tool;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// An architecture for running kernels: its names, its machine, its images, and the compiler of the guest's agent.
@SuppressWarnings("ImmutableEnumChecker") // lists made by List.of
public enum KernelArch {
    // @formatter:off
    //        word        Debian      other names                              machine         image                    compiler                          flags                                meta package
    X86_64  ("x86-64",   "amd64",    List.of("x86_64"),                        Board.PC,       ImageFormat.BZIMAGE_64,  "x86_64-linux-gnu-gcc",           List.of(),                           "linux-image-cloud-amd64"),
    ARM64   ("arm64",    "arm64",    List.of("aarch64"),                       Board.ARM64,    ImageFormat.ARM64,       "aarch64-linux-gnu-gcc",          List.of(),                           "linux-image-cloud-arm64"),
    RISCV64 ("riscv64",  "riscv64",  List.of("riscv"),                         Board.RISCV64,  ImageFormat.RISCV64,     "riscv64-linux-gnu-gcc",          List.of(),                           "linux-image-riscv64"),
    PPC64LE ("ppc64le",  "ppc64el",  List.of("powerpc64le", "powerpc64"),      Board.PSERIES,  ImageFormat.ELF_PPC64LE, "powerpc64le-linux-gnu-gcc",      List.of(),                           "linux-image-powerpc64le"),
    LOONG64 ("loong64",  "loong64",  List.of("loongarch64", "loongarch"),      Board.LOONG64,  ImageFormat.ZBOOT_LOONG, "loongarch64-linux-gnu-gcc",      List.of(),                           "linux-image-loong64"),
    ARM     ("arm",      "armhf",    List.of("arm32", "armv7", "armv7l"),      Board.ARM,      ImageFormat.ZIMAGE,      "arm-linux-gnueabihf-gcc",        List.of("-marm"),                    "linux-image-armmp-lpae"),
    MIPS64EL("mips64el", "mips64el", List.of("mipsel64", "mips64le"),          Board.MALTA,    ImageFormat.ELF_MIPS64,  "mips64el-linux-gnuabi64-gcc",    List.of("-mno-abicalls", "-G0"),     "linux-image-5kc-malta"),
    I386    ("i386",     "i386",     List.of("x86", "i686", "x86-32"),         Board.PC_32,    ImageFormat.BZIMAGE_32,  "i686-linux-gnu-gcc",             List.of(),                           "linux-image-686-pae");
    // @formatter:on

    private final String word;
    private final String debianName;
    private final List<String> otherNames;
    private final Board board;
    private final ImageFormat format;
    private final String compiler;
    private final List<String> compilerFlags;
    private final String metaPackage;

    KernelArch(String word, String debianName, List<String> otherNames, Board board, ImageFormat format, String compiler,
            List<String> compilerFlags, String metaPackage) {
        this.word = word;
        this.debianName = debianName;
        this.otherNames = otherNames;
        this.board = board;
        this.format = format;
        this.compiler = compiler;
        this.compilerFlags = compilerFlags;
        this.metaPackage = metaPackage;
    }

    /// The architecture of this name: Tailbound's own, Debian's, or another usual one.
    public static Optional<KernelArch> named(String name) {
        return Stream.of(values()).filter(arch -> arch.isNamed(name)).findFirst();
    }

    /// The names on the command line: `x86-64, arm64 or riscv64`.
    public static String words() {
        var words = Stream.of(values()).map(KernelArch::word).toList();
        return words.stream().limit(words.size() - 1L).collect(Collectors.joining(", ")) + " or " + words.getLast();
    }

    private boolean isNamed(String name) {
        return name.equals(word) || name.equals(debianName) || otherNames.contains(name);
    }

    /// The name on the command line, such as `x86-64` or `riscv64`.
    public String word() {
        return word;
    }

    /// Debian's name, such as `amd64` or `ppc64el`.
    public String debianName() {
        return debianName;
    }

    Board board() {
        return board;
    }

    ImageFormat format() {
        return format;
    }

    /// Debian's package that depends on its current kernel.
    String metaPackage() {
        return metaPackage;
    }

    /// The QEMU program for its kernels.
    public Tool qemu() {
        return board.qemu();
    }

    /// The oldest major version of QEMU that boots its kernels; 0 if any does.
    public int oldestQemu() {
        return board.oldestQemu();
    }

    /// The firmware that its machine needs, and where it is: an empty path if it is missing; empty if QEMU has all that is needed.
    public Optional<Map.Entry<String, Optional<Path>>> firmware() {
        return board.firmware().map(firmware -> Map.entry(firmware.debianPackage(), firmware.find()));
    }

    /// The compiler for it: the cross compiler, or this machine's own if the architecture is the same and `path` has no cross compiler.
    public Tool compiler(String path) {
        var named = new Tool(compiler);
        return isHost() && named.find(path).isEmpty() ? new Tool("gcc") : named;
    }

    /// Compiler options that only this architecture needs.
    List<String> compilerFlags() {
        return compilerFlags;
    }

    /// Whether this machine has this architecture.
    boolean isHost() {
        return isNamed(System.getProperty("os.arch"));
    }
}
