package dev.tailbound.cli;

import dev.tailbound.cases.Bytes;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.cases.Environment;
import dev.tailbound.cases.Expectation;
import dev.tailbound.compare.Unverified;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Decoder;
import dev.tailbound.run.Outcome;
import dev.tailbound.verify.Verdict;
import dev.tailbound.verify.VerifiedCase;
import dev.tailbound.verify.Verifier;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound plugin`: a plug-in for bpf_conformance's runner, which starts it for each test.
///
/// The runner passes the memory, if any, as the first argument, and the program on standard input. Both are bytes in hex, with blanks anywhere
/// between them. It expects r0 in hex on standard output and exit code 0, or a message and another exit code.
@Command(name = "plugin", mixinStandardHelpOptions = true, description = {
    "Runs a program for bpf_conformance's runner: hex bytes on standard input, r0 in hex on standard output.",
    "The runner passes the memory first: use as --plugin_path a script with  exec tailbound plugin --engine arm64 \"$@\"" })
final class PluginCommand implements Callable<Integer> {
    /// In characters of hex: more than any program that a kernel loads takes.
    private static final int LONGEST = 1 << 26;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "MEMORY", arity = "0..1", description = "The memory that r1 points to, in hex; default: none.")
    private String memory;

    @Option(names = "--engine", paramLabel = "ENGINE", converter = EngineOptions.SpecConverter.class, description = {
        "The engine to use; default: oracle. One of oracle,${bundle:engine-names}" })
    private EngineSpec engine = EngineSpec.parse("oracle");

    @Option(names = "--program", paramLabel = "HEX", description = "The program, instead of standard input.")
    private String program;

    @Option(names = "--elf", description = "The program is an ELF object; not supported, use run.")
    private boolean elf;

    @Option(names = "--unverified", description = "Also run programs that the verifier refuses, if their behaviour is defined.")
    private boolean unverified;

    @Override
    public Integer call() {
        if (elf) {
            throw new BadInput("--elf", "ELF objects are not supported here, expected the program's bytes");
        }
        var code = hex(program == null ? "standard input" : "--program", program == null ? standardInput() : program);
        var data = hex("memory", memory == null ? "" : memory);
        var source = new Case("", List.of(), List.of(Decoder.decodeAnything("entry", code)), "entry",
                new Context.Mem(Bytes.of(data)), Environment.DEFAULT, Expectation.NONE);
        var engines = EngineSet.of(List.of(engine));
        var verified = verified(source, engines);
        try (var differential = engines.openReady(() -> {})) {
            return answer(differential.compare(verified).runs().getFirst().outcome());
        }
    }

    private VerifiedCase verified(Case source, EngineSet engines) {
        return switch (Verifier.verify(source, engines.order())) {
            case Verdict.Accepted(var verified) -> verified;
            case Verdict.Rejected rejected when unverified && Unverified.of(source, engines
                    .rule(), engines.order()) instanceof Unverified.Runs(var assumed) ->
                assumed;
            case Verdict.Rejected rejected -> throw new BadInput("", Places.describe(rejected));
        };
    }

    private int answer(Outcome outcome) {
        if (outcome instanceof Outcome.Returned(var seen) && seen.hostDamage().isEmpty()) {
            spec.commandLine().getOut().println(Long.toHexString(seen.r0()));
            return ExitCode.AGREE;
        }
        spec.commandLine().getErr().println(outcome instanceof Outcome.Returned(var seen) ? String.join("; ", seen.hostDamage())
                : outcome.phrase());
        return ExitCode.FINDING;
    }

    private static String standardInput() {
        try {
            var bytes = System.in.readNBytes(LONGEST + 1);
            if (bytes.length > LONGEST) {
                throw new BadInput("standard input", "expected at most %d characters".formatted(LONGEST));
            }
            return new String(bytes, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static byte[] hex(String what, String text) {
        try {
            return HexFormat.of().parseHex(text.replaceAll("\\s+", ""));
        } catch (IllegalArgumentException noHex) {
            throw new BadInput(what, "expected bytes in hex, found " + BadInput.quoted(text.strip()));
        }
    }
}
