package dev.tailbound.doctor;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.disasm.LoadedLibrary;
import dev.tailbound.jit.disasm.MissingLibraryException;
import dev.tailbound.jit.disasm.UnusableLibraryException;
import dev.tailbound.run.emulated.Cpu;
import dev.tailbound.run.kernel.CacheFolder;
import dev.tailbound.run.kernel.KernelArch;
import dev.tailbound.run.kernel.KernelBoot;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelPackages;
import dev.tailbound.setup.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Checks everything that Tailbound uses: first the needs of the default engines, then those of real kernels, then disk space.
public final class Checkup {
    /// `QEMU emulator version 7.2.22 (Debian...)`, `gcc (Debian 12.2.0-14) 12.2.0`
    private static final Pattern VERSION = Pattern.compile("(?:version |\\) )(\\d[\\w.+-]*)");
    private static final int MAX_ANSWER = 30;
    private static final double GIB = 1L << 30;

    private final HostMachine machine;
    private final List<Item> items = new ArrayList<>();

    private Checkup(HostMachine machine) {
        this.machine = machine;
    }

    public static List<Item> of(HostMachine machine) {
        var checkup = new Checkup(machine);
        checkup.items.add(Item.found("JDK", System.getProperty("java.runtime.version"), System.getProperty("java.home")).need());
        checkup.library("Unicorn", "libunicorn.so.2", machine.unicorn());
        for (var cpu : Cpu.values()) {
            checkup.selfTest(cpu);
        }
        checkup.library("Capstone", "libcapstone.so.5", machine.capstone());
        var archs = Stream.of(KernelArch.values()).collect(Collectors.partitioningBy(checkup::isChecked));
        for (var arch : archs.get(true)) {
            checkup.qemu(arch);
            checkup.tool("compiler " + arch.word(), arch.compiler(machine.path()));
            checkup.acceleration(arch);
        }
        if (!archs.get(false).isEmpty()) {
            checkup.items.add(Item.noted("other kernels",
                    "no QEMU for " + archs.get(false).stream().map(KernelArch::word).collect(Collectors.joining(", "))));
        }
        Stream.of("setpriv", "setsid").filter(name -> new Tool(name).find(machine.path()).isEmpty())
                .forEach(name -> checkup.items.add(Item.missing(name, name)));
        for (var arch : KernelArch.values()) {
            checkup.kernels(arch);
        }
        checkup.folder("cache folder", CacheFolder.place().toAbsolutePath());
        checkup.folder("working folder", Path.of("").toAbsolutePath());
        return List.copyOf(checkup.items);
    }

    private void library(String name, String file, Supplier<LoadedLibrary> library) {
        Item item;
        try {
            var loaded = library.get();
            item = Item.found(name, loaded.version(), loaded.path());
        } catch (MissingLibraryException _) {
            item = Item.missing(name, file);
        } catch (UnusableLibraryException unusable) {
            item = Item.broken(name, "", unusable.getMessage());
        }
        items.add(item.need());
    }

    /// The default engines use LSE atomics, so a processor without them is not required.
    private void selfTest(Cpu cpu) {
        var item = tested("self-test " + cpu.title(), cpu);
        items.add(cpu == Cpu.ARM64_NO_LSE ? item : item.need());
    }

    private Item tested(String name, Cpu cpu) {
        try {
            var checks = machine.selfTest().apply(cpu);
            return checks.stream().filter(check -> !check.ok()).findFirst()
                    .map(check -> Item.broken(name, "", "%s: %s".formatted(check.name(), check.detail())))
                    .orElseGet(() -> Item.noted(name, checks.size() + " checks passed"));
        } catch (UnusableLibraryException unusable) {
            return Item.broken(name, "", "needs Unicorn");
        }
    }

    private void tool(String name, Tool tool) {
        items.add(tool.find(machine.path()).map(path -> answering(name, path)).orElseGet(() -> Item.missing(name, tool.name())));
    }

    /// Kernels of further architectures are checked if there is a QEMU for them: most users need none.
    private boolean isChecked(KernelArch arch) {
        return arch == KernelArch.X86_64 || arch == KernelArch.ARM64 || arch.qemu().find(machine.path()).isPresent();
    }

    private void qemu(KernelArch arch) {
        var name = "QEMU " + arch.word();
        tool(name, arch.qemu());
        var item = items.getLast();
        if (item.state() == Item.State.OK && major(item.version()) < arch.oldestQemu()) {
            items.set(items.size() - 1, Item.broken(name, item.path(), "expected version %d or later, found %s; %s".formatted(arch
                    .oldestQemu(), item.version(), machine.packages().remedy(List.of(arch.qemu().name())))));
        }
        arch.firmware()
                .map(firmware -> firmware.getValue().map(file -> Item.found("firmware " + arch.word(), "", file.toString()))
                        .orElseGet(() -> Item.missing("firmware " + arch.word(), firmware.getKey())))
                .ifPresent(items::add);
    }

    private static int major(String version) {
        return Integer.parseInt(version.replaceFirst("\\D.*", ""));
    }

    /// Starts the program: an existing file may still not run.
    private static Item answering(String name, Path program) {
        try {
            var process = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
            process.getOutputStream().close();
            if (!process.waitFor(MAX_ANSWER, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Item.broken(name, program.toString(), "no answer to --version");
            }
            var said = new String(process.getInputStream().readAllBytes(), UTF_8).lines().findFirst().orElse("");
            var version = VERSION.matcher(said);
            return process.exitValue() == 0 && version.find() ? Item.found(name, version.group(1), program.toString())
                    : Item.broken(name, program.toString(), "--version printed: " + said);
        } catch (IOException e) {
            return Item.broken(name, program.toString(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Item.broken(name, program.toString(), "interrupted");
        }
    }

    private void acceleration(KernelArch arch) {
        var name = "acceleration " + arch.word();
        try {
            items.add(Item.noted(name,
                    KernelBoot.noHardware(arch).map(why -> "none: " + why).orElse("KVM, unless a guest does not boot with it")));
        } catch (IOException e) {
            items.add(Item.broken(name, "", e.getMessage()));
        }
    }

    private void kernels(KernelArch arch) {
        var name = "kernel " + arch.word();
        try {
            var images = KernelPackages.fetched(arch);
            if (images.isEmpty()) {
                items.add(Item.noted(name, "none fetched, see ./tailbound kernels"));
            }
            images.forEach(image -> items.add(kernel(name, image, arch)));
        } catch (IOException e) {
            items.add(Item.broken(name, "", e.getMessage()));
        }
    }

    private static Item kernel(String name, Path file, KernelArch arch) {
        try {
            var version = KernelImage.read(file, arch).version();
            return new Item(name, Item.State.OK, false, version.major() + "." + version.minor(), "",
                    "kernel:%s:%s".formatted(arch.word(), KernelPackages.release(file)), Optional.empty());
        } catch (BadInput bad) {
            return Item.broken(name, "", bad.getMessage());
        }
    }

    /// Free space of the file system of the folder, which may not exist yet.
    private void folder(String name, Path folder) {
        var there = folder;
        while (!Files.exists(there)) {
            there = there.getParent();
        }
        // Files.getFileStore needs a mount point, and finds none below chroot(2).
        var free = String.format(Locale.ROOT, "%.1f GiB free", there.toFile().getUsableSpace() / GIB);
        items.add(Files.isWritable(there) ? new Item(name, Item.State.OK, false, "", folder.toString(), free, Optional.empty())
                : Item.broken(name, folder.toString(), "cannot be written, " + free));
    }
}
