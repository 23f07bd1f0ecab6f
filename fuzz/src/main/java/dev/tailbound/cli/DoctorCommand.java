package dev.tailbound.cli;

import dev.tailbound.doctor.Checkup;
import dev.tailbound.doctor.HostMachine;
import dev.tailbound.doctor.Item;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound doctor`: which of the tools and libraries that Tailbound uses are installed, and how to install the rest.
@Command(name = "doctor", mixinStandardHelpOptions = true,
        description = "Shows the JDK, libraries, emulators, compilers and kernels that Tailbound finds, and how to install missing ones. Exits with 3 if the default engines cannot run.")
final class DoctorCommand implements Callable<Integer> {
    private final Supplier<HostMachine> machine;

    @Spec
    private CommandSpec spec;

    @Option(names = "--format", paramLabel = "FORMAT", defaultValue = "text", description = {
        "text or json (one object per line). Default: text." })
    private Format format;

    private enum Format {
        TEXT, JSON
    }

    DoctorCommand() {
        this(HostMachine::here);
    }

    DoctorCommand(Supplier<HostMachine> machine) {
        this.machine = machine;
    }

    @Override
    public Integer call() {
        var here = machine.get();
        var items = Checkup.of(here);
        var report = new DoctorReport(here.packages(), items, spec.commandLine().getOut());
        switch (format) {
            case TEXT -> report.text(Versions.tailbound());
            case JSON -> report.json();
        }
        return items.stream().anyMatch(Item::isFatal) ? ExitCode.MISSING : ExitCode.AGREE;
    }
}
