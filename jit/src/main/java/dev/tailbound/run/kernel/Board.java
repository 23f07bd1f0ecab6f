package dev.tailbound.run.kernel;

import dev.tailbound.setup.Tool;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The machine that QEMU emulates for an architecture's kernels: its console, and the serial line of the bell.
enum Board {
    // @formatter:off
    //               QEMU                      CPU                        machine                              second serial line  console    bell          MiB   kernel options
    // With cx16, one boot in three of newer kernels dies early under QEMU 7.2's software emulation.
    PC              ("qemu-system-x86_64",      "max,-cx16",               "pc",                                Serial.ON_BOARD,    "ttyS0",   "/dev/ttyS1", 512,  "no_timer_check tsc=reliable"),
    PC_32           ("qemu-system-i386",        "max",                     "pc",                                Serial.ON_BOARD,    "ttyS0",   "/dev/ttyS1", 512,  "no_timer_check tsc=reliable"),
    // Emulating the architected pointer authentication algorithm would take most of the time of a run.
    // A second serial line of the board's own type would belong to the secure world.
    ARM64           ("qemu-system-aarch64",     "max,pauth-impdef=on",     "virt",                              Serial.PCI,         "ttyAMA0", "/dev/ttyS0", 512,  ""),
    // The processor finds no PCI devices above 4 GiB.
    ARM             ("qemu-system-arm",         "max",                     "virt,gic-version=3,highmem=off",    Serial.PCI,         "ttyAMA0", "/dev/ttyS0", 512,  ""),
    RISCV64         ("qemu-system-riscv64",     "rv64",                    "virt",                              Serial.PCI,         "ttyS0",   "/dev/ttyS1", 512,  ""),
    // Software emulation has no mitigations to offer; a device tree of QEMU's own saves seconds of firmware.
    PSERIES         ("qemu-system-ppc64",       "power9",                  "pseries,x-vof=on,cap-cfpc=broken,cap-sbbc=broken,cap-ibs=broken,cap-ccf-assist=off",
                                                                                                                Serial.PCI,         "hvc0",    "/dev/ttyS0", 512,  ""),
    // Only with firmware the kernel finds PCI.
    LOONG64         ("qemu-system-loongarch64", "la464",                   "virt",                              Serial.ON_BOARD,    "ttyS0,115200", "/dev/ttyS1", 1024, ""),
    MALTA           ("qemu-system-mips64el",    "MIPS64R2-generic",        "malta",                             Serial.ON_BOARD,    "ttyS0",   "/dev/ttyS1", 512,  "");
    // @formatter:on

    /// Where the bell's serial line comes from.
    private enum Serial {
        ON_BOARD, PCI
    }

    /// Earlier versions report that the image is not ELF.
    private static final int LOONG64_SINCE = 10;

    private final String qemu;
    private final String cpu;
    private final String machine;
    private final Serial serial;
    private final String console;
    private final String bell;
    private final int memory;
    private final String bootOptions;

    Board(String qemu, String cpu, String machine, Serial serial, String console, String bell, int memory, String bootOptions) {
        this.qemu = qemu;
        this.cpu = cpu;
        this.machine = machine;
        this.serial = serial;
        this.console = console;
        this.bell = bell;
        this.memory = memory;
        this.bootOptions = bootOptions;
    }

    Tool qemu() {
        return new Tool(qemu);
    }

    /// The oldest version of QEMU that boots its kernels.
    int oldestQemu() {
        return this == LOONG64 ? LOONG64_SINCE : 0;
    }

    /// The processor model for software emulation.
    String cpu() {
        return cpu;
    }

    /// QEMU's arguments for the machine, its firmware and its two serial lines.
    List<String> arguments() {
        var arguments = Stream.of("-machine", machine, "-m", Integer.toString(memory), "-serial", "chardev:console");
        var second = switch (serial) {
            case ON_BOARD -> Stream.of("-serial", "chardev:bell");
            case PCI -> Stream.of("-device", "pci-serial,chardev=bell,addr=0x11");
        };
        var firmware = firmware().stream().flatMap(file -> Stream.of("-bios", file.require().toString()));
        return Stream.of(arguments, second, firmware).flatMap(each -> each).toList();
    }

    /// The firmware that boots its kernels, if QEMU has none built in.
    Optional<Firmware> firmware() {
        return this == LOONG64 ? Optional.of(Firmware.LOONG64_EFI) : Optional.empty();
    }

    /// The kernel command line without the kernel's own debugging options.
    String commandLine() {
        return "console=%s %s".formatted(console, bootOptions).strip();
    }

    /// Device file of the bell's serial line.
    String bell() {
        return bell;
    }
}
