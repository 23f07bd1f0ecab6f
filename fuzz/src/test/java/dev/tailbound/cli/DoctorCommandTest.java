package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.doctor.HostMachine;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.jit.disasm.NativeLibrary;
import dev.tailbound.jit.disasm.UnusableLibraryException;
import dev.tailbound.run.emulated.SelfTest.Check;
import dev.tailbound.setup.Distribution;
import dev.tailbound.setup.Packages;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// The checkup of this machine, and of machines with simulated programs, libraries and distribution.
class DoctorCommandTest {
    private static final Packages DEBIAN_13 = Packages
            .of(Distribution.parse("ID=debian\nVERSION_ID=13\nPRETTY_NAME=Debian 13\n"));
    private static final HostMachine HERE = HostMachine.here();

    private record Ran(int exitCode, String out) {}

    /// Runs the command. The result has each item on one line, with single spaces.
    private static Ran doctor(Supplier<HostMachine> machine, String... arguments) {
        var out = new StringWriter();
        int exitCode = new CommandLine(new Tailbound()).addSubcommand("examined", new DoctorCommand(machine))
                .setOut(new PrintWriter(out)).setCaseInsensitiveEnumValuesAllowed(true).execute(arguments);
        assertThat(out.toString().lines()).allMatch(line -> line.length() <= 80 || line.startsWith("{"));
        assertThat(out.toString()).doesNotContainPattern("[^\\n\\P{C}]");
        return new Ran(exitCode, out.toString().replaceAll("\n {4,}", " ").replaceAll(" +", " "));
    }

    private static HostMachine debian(Path programs) {
        return new HostMachine(programs.toString(), DEBIAN_13, HERE.unicorn(), HERE.capstone(), HERE.selfTest());
    }

    private static void program(Path folder, String name, String script) throws IOException {
        assertThat(Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script).toFile().setExecutable(true)).isTrue();
    }

    @Test
    void this_machine_runs_the_default_engines() {
        var ran = doctor(HostMachine::here, "doctor");
        assertThat(ran.exitCode()).as(ran.out()).isEqualTo(0);
        assertThat(ran.out()).startsWith("tailbound 0.1.0 on ")
                .contains(" JDK ", System.getProperty("java.runtime.version"),
                        "\nThe default engines (oracle, x86-64, arm64) can run.\n")
                .containsPattern("Unicorn +2\\.\\d+\\.\\d+, /.*/libunicorn\\.so\\.2")
                .containsPattern("Capstone +[45]\\.\\d+, /.*/libcapstone\\.so\\.[45]");
    }

    @Test
    void the_engines_of_fetched_kernels_can_be_named() {
        var words = Pattern.compile("(kernel:\\S+)").matcher(doctor(HostMachine::here, "doctor").out()).results();
        assertThat(words).allSatisfy(
                word -> assertThat(EngineSpec.parse(word.group(1)).real().orElseThrow().label()).isEqualTo(word.group(1)));
    }

    @Test
    void tools_that_only_kernels_need_are_named_with_their_packages_and_are_not_fatal(@TempDir Path programs) throws IOException {
        program(programs, "qemu-system-x86_64", "echo QEMU emulator version 10.0.2 '(Debian)'");
        program(programs, "setsid", "");
        var ran = doctor(() -> debian(programs), "examined");
        assertThat(ran.exitCode()).isEqualTo(0);
        assertThat(ran.out()).startsWith("tailbound 0.1.0 on Debian 13, ").contains("QEMU x86-64 10.0.2, ",
                "QEMU arm64 missing: qemu-system-aarch64\n", "setpriv missing: setpriv\n");
        assertThat(ran.out().replaceAll("( \\\\)?\n", " ")).endsWith(
                ("The default engines (oracle, x86-64, arm64) can run. " + "Missing: %s, qemu-system-aarch64, %s, setpriv. "
                        + "install with: apt-get install %s qemu-system-arm %s util-linux ").formatted((Object[]) compilers()));
    }

    /// The compilers for both architectures, with their packages; the native one is plain `gcc`.
    private static String[] compilers() {
        return System.getProperty("os.arch").equals("amd64")
                ? new String[]{ "gcc", "aarch64-linux-gnu-gcc", "gcc", "gcc-aarch64-linux-gnu" }
                : new String[]{ "x86_64-linux-gnu-gcc", "gcc", "gcc-x86-64-linux-gnu", "gcc" };
    }

    @Test
    void programs_that_do_not_work_are_reported_with_their_output(@TempDir Path folder) throws IOException {
        var programs = Files.createDirectory(folder.resolve("long".repeat(30)));
        program(programs, "qemu-system-x86_64", "printf 'QEMU emulator \\033[31mversion 1.0'; exit 1");
        program(programs, "qemu-system-aarch64", "echo hello");
        Files.createFile(programs.resolve("gcc"));
        var ran = doctor(() -> debian(programs), "examined");
        assertThat(ran.out()).contains("--version printed: QEMU emulator ?[31mversion 1.0", "--version printed: hello");
        assertThat(ran.exitCode()).isEqualTo(0);
    }

    @Test
    void without_its_libraries_the_default_engines_cannot_run(@TempDir Path programs) {
        Supplier<LoadedLibrary> none = () -> new LoadedLibrary("", "", NativeLibrary.open("mvn").path("mvn"));
        Supplier<LoadedLibrary> unusable = () -> {
            throw new UnusableLibraryException("libcapstone.so.5: a library with a wrong result");
        };
        var ran = doctor(
                () -> new HostMachine(programs.toString(), DEBIAN_13, none, unusable,
                        _ -> List.of(new Check("atomics", true, ""), new Check("flags", false, "ZF: expected 1, found 0"))),
                "examined");
        assertThat(ran.exitCode()).isEqualTo(3);
        assertThat(ran.out()).contains("Unicorn missing: libunicorn.so.2\n",
                "Capstone libcapstone.so.5: a library with a wrong result\n",
                "\nThe default engines (oracle, x86-64, arm64) cannot run: see Unicorn, self-test",
                "self-test x86-64 flags: ZF: expected 1, found 0\n", "\ninstall with: apt-get install libunicorn2t64 ");
    }

    @Test
    void json_has_one_line_per_item(@TempDir Path programs) {
        var lines = doctor(() -> debian(programs), "examined", "--format", "json").out().lines();
        assertThat(lines).allMatch(line -> line.startsWith("{\"name\":\"")).contains(
                """
                        {"name":"QEMU x86-64","state":"missing","required":false,"version":null,"path":null,\
                        "note":"missing: qemu-system-x86_64","remedy":"install with: apt-get install qemu-system-x86"}""");
    }
}
