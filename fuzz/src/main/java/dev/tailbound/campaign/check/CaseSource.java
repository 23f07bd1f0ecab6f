package dev.tailbound.campaign.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tailbound.cases.Case;
import dev.tailbound.cases.CasePrinter;
import dev.tailbound.engines.EngineSpec;
import dev.tailbound.generate.CaseGenerator;
import dev.tailbound.generate.GeneratorOptions;
import dev.tailbound.generate.SeededCases;
import dev.tailbound.generate.TargetLimits;
import dev.tailbound.isa.CpuVersion;
import dev.tailbound.run.external.Capabilities;
import dev.tailbound.run.kernel.JitPromises;
import dev.tailbound.run.kernel.JitPromises.Lack;
import dev.tailbound.run.kernel.KernelImage;
import dev.tailbound.run.kernel.KernelSpec;
import java.util.List;
import java.util.zip.CRC32;

/// The endless list of cases of a campaign. Each case depends only on its index.
@FunctionalInterface
public interface CaseSource {
    /// A kernel's stack of 16 KiB overflows if each of 33 tail calls leaves many frames below it; verifiers count only the BPF stack in them.
    int CALLS_ABOVE_TAIL_CALL = 4;

    Case at(long index);

    /// Identifies the cases: it changes when the generator does.
    default String fingerprint() {
        var checksum = new CRC32();
        for (long index = 0; index < 16 * 7; index += 7) { // first cases of families, and others
            checksum.update(textOrFailure(index).getBytes(UTF_8));
        }
        return "%08x".formatted(checksum.getValue());
    }

    private String textOrFailure(long index) {
        try {
            return CasePrinter.print(at(index));
        } catch (RuntimeException | StackOverflowError e) {
            return e.getClass().getName(); // the campaign reports it as a finding at that case
        }
    }

    /// The generated cases of a seed, which all of these engines can run. For real kernels, programs are limited to what their versions
    /// and architectures promise, and
    /// every case has other programs, since kernels load programs for every case anyway. External engines state what they can run.
    static CaseSource seeded(long seed, List<EngineSpec> engines) {
        var kernels = engines.stream().flatMap(engine -> engine.real().stream()).map(KernelSpec::image).toList();
        var options = !kernels.isEmpty() ? forKernels(kernels)
                : engines.stream().allMatch(EngineSpec::attaches) ? GeneratorOptions.DEFAULT
                        : GeneratorOptions.DEFAULT.withAttachments(0);
        for (var external : engines.stream().flatMap(engine -> engine.external().stream()).toList()) {
            options = narrowed(options, external.capabilities());
        }
        return seeded(seed, options, kernels.isEmpty() ? SeededCases.INPUTS : 1);
    }

    private static GeneratorOptions forKernels(List<KernelImage> kernels) {
        var promises = kernels.stream().map(KernelImage::promises).toList();
        boolean ordered = kernels.stream()
                .allMatch(kernel -> kernel.version().knowsAcquireRelease() && kernel.promises().compiles(Lack.ORDERED));
        boolean v4 = kernels.stream().allMatch(kernel -> kernel.version().knowsV4() && kernel.promises().compiles(Lack.SIGNED));
        var target = promises.stream().map(CaseSource::target).reduce(TargetLimits.ALL, TargetLimits::and);
        boolean subprograms = promises.stream().allMatch(JitPromises::subprograms);
        return GeneratorOptions.forKernels(v4, ordered).withTarget(target, subprograms ? Integer.MAX_VALUE : 0);
    }

    private static TargetLimits target(JitPromises promises) {
        return new TargetLimits(promises.mixes(), !promises.unaligned(), promises.unmasked(), promises.compiles(Lack.DIVISION_64),
                promises.compiles(Lack.ATOMICS), CALLS_ABOVE_TAIL_CALL);
    }

    private static GeneratorOptions narrowed(GeneratorOptions options, Capabilities engine) {
        return options.forOneProgram(engine.version() == CpuVersion.V4, engine.acquire(), engine.atomic(), engine.call(),
                engine.comparableHelpers());
    }

    /// The generated cases of a seed.
    static CaseSource seeded(long seed) {
        return seeded(seed, GeneratorOptions.DEFAULT, SeededCases.INPUTS);
    }

    private static CaseSource seeded(long seed, GeneratorOptions options, int inputs) {
        return new SeededCases(seed, new CaseGenerator(options), inputs)::at;
    }
}
