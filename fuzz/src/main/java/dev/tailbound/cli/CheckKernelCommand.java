package dev.tailbound.cli;

import dev.tailbound.catalog.KernelBug;
import dev.tailbound.catalog.KernelCheck;
import dev.tailbound.run.kernel.KernelSpec;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound check-kernel`: which documented bugs a kernel has, in about a minute, without stalling the kernel.
@Command(name = "check-kernel", mixinStandardHelpOptions = true,
        description = {
            "Reports which documented bugs of tail calls, verifier and JIT a kernel has. Exits with 1 if it has any.",
            "Result per bug: affected, fixed, never affected (the kernel lacks the feature or is of another architecture), or unknown." })
final class CheckKernelCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "ARCH[,plain]:IMAGE", description = {
        "An architecture, such as x86-64, arm64 or riscv64, and a Linux image to boot in QEMU: see tailbound kernels.",
        "With plain, programs run unchanged: r0 is observed in 32 bits, and tail calls are not counted." })
    private String kernel;

    @Mixin
    private CorpusOption corpus;

    @Mixin
    private TestFormatOption format;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        var named = KernelSpec.parse(kernel);
        var table = new ArrayList<List<String>>();
        table.add(List.of("bug", "found", "kernels", "what goes wrong", "evidence"));
        var results = new ArrayList<TestResult>();
        boolean affected = false;
        try (var check = new KernelCheck(named, corpus.folder())) {
            check.start();
            for (var bug : KernelBug.ALL) {
                var answer = check.check(bug);
                affected |= answer instanceof KernelCheck.Answer.Affected;
                results.add(result(bug, answer));
                table.add(List.of(bug.name(), answer.word(), bug.where(), bug.claim(), answer.evidence()));
            }
        }
        if (!format.print("tailbound check-kernel " + named.image().describe(), results, out)) {
            out.println(named.image().describe());
            Table.print(out, "", table);
        }
        out.flush();
        return affected ? ExitCode.FINDING : ExitCode.AGREE;
    }

    private static TestResult result(KernelBug bug, KernelCheck.Answer answer) {
        return switch (answer) {
            case KernelCheck.Answer.Fixed _,KernelCheck.Answer.NeverHad _ -> TestResult.passed(bug.name());
            case KernelCheck.Answer.Affected(var evidence) ->
                new TestResult(bug.name(), TestResult.Status.FAILED, bug.claim(), List.of(evidence));
            case KernelCheck.Answer.CannotTell(var reason) -> TestResult.of(bug.name(), TestResult.Status.SKIPPED, reason);
        };
    }
}
