package dev.tailbound.cli;

import java.util.Map;
import picocli.CommandLine;

/// An example of each command, at the end of its help.
final class Examples {
    // @formatter:off
    private static final Map<String, String> ALL = Map.ofEntries(
            Map.entry("run",            "run found.case --engine oracle --engine arm64:x26"),
            Map.entry("fuzz",           "fuzz --seed 7 --time 8h --out night --baseline yesterday"),
            Map.entry("minimize",       "minimize found.case --engine oracle --engine arm64:x26"),
            Map.entry("dump",           "dump corpus/seeds/tailcall-hierarchy.case --engine x86-64"),
            Map.entry("report",         "report night --output night.html"),
            Map.entry("merge",          "merge shard-1 shard-2 shard-3 --out night"),
            Map.entry("mail",           "mail night/findings/arm64-x26.r0 --output mail.txt"),
            Map.entry("import",         "import verifier.log --output found.case"),
            Map.entry("export",         "export found.case --as c --output found.c"),
            Map.entry("conformance",    "conformance tests --engine x86-64"),
            Map.entry("plugin",         "plugin --engine arm64"),
            Map.entry("schemes",        "schemes --check"),
            Map.entry("bench",          "bench --cases 30000 --engine oracle --engine arm64"),
            Map.entry("choices",        "choices --seed 7 --case 123 entry"),
            Map.entry("check-kernel",   "check-kernel arm64:/boot/vmlinuz"),
            Map.entry("check-verifier", "check-verifier x86-64:/boot/vmlinuz --cases 500"),
            Map.entry("check-emulator", "check-emulator --seed 7 --cases 10000"),
            Map.entry("kernels",        "kernels --fetch bookworm --arch arm64"),
            Map.entry("doctor",         "doctor"),
            Map.entry("help",           "help run"));
    // @formatter:on

    private Examples() {}

    static Map<String, String> all() {
        return ALL;
    }

    /// Adds the examples to the help of the commands.
    static void addTo(CommandLine root) {
        ALL.forEach((name, arguments) -> root.getSubcommands().get(name).getCommandSpec().usageMessage()
                .footerHeading("%nExample:%n").footer("  tailbound " + arguments));
    }
}
