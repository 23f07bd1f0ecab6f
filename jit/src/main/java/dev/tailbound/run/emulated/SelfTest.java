package dev.tailbound.run.emulated;

import dev.tailbound.jit.disasm.UnusableLibraryException;
import dev.tailbound.run.emulated.TestBed.Wrong;
import dev.tailbound.setup.Packages;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// Checks the behaviour of libunicorn that engines rely on: runs small images with known results.
///
/// Runs when an engine is opened, once per process and processor model, so that a faulty library is reported as unusable and never as a finding. The
/// results do not depend on timing.
///
/// ```java
/// SelfTest.checks(Cpu.ARM64) // [Check[name=registers, ok=true, detail=], Check[name=high addresses, ok=true, detail=], ...]
/// ```
public final class SelfTest {

    /// The result of one check.
    ///
    /// @param detail what was expected and found; empty if the check passed
    public record Check(String name, boolean ok, String detail) {}

    private record Step(String name, Body body) {}

    @FunctionalInterface
    private interface Body {
        void run(TestBed bed) throws Wrong;
    }

    // Ordered by dependence: later steps rely on earlier ones.
    // @formatter:off
    private static final List<Step> STEPS = List.of(
            new Step("registers",                 SelfTestSteps::registers),
            new Step("high addresses",            SelfTestSteps::highAddresses),
            new Step("flags",                     SelfTestSteps::flags),
            new Step("per-CPU data",              SelfTestSteps::perCpuData),
            new Step("atomics",                   SelfTestSteps::atomics),
            new Step("jump patched between runs", SelfTestSteps::patchBetweenRuns),
            new Step("jump patched in mid-run",   SelfTestSteps::patchInMidRun),
            new Step("compare-and-exchange",      SelfTestSteps::compareAndExchange),
            new Step("denied accesses",           SelfTestSteps::deniedAccesses),
            new Step("stop from outside",         SelfTestSteps::stopFromOutside));
    // @formatter:on
    /// On a separate processor because one that counts instructions must always count.
    private static final Step COUNTED = new Step("counted instructions", SelfTestSteps::countedInstructions);

    private static final Set<Cpu> PASSED = EnumSet.noneOf(Cpu.class);

    private SelfTest() {}

    /// Throws [UnusableLibraryException] if the library fails a check.
    static synchronized void require(Cpu cpu) {
        if (PASSED.contains(cpu)) {
            return;
        }
        for (var check : checks(cpu)) {
            if (!check.ok()) {
                throw new UnusableLibraryException(
                        "%s: self-test of %s, %s: %s; name the folder of a working Unicorn, 2.0.1 to 2.1.4, in LD_LIBRARY_PATH, or %s"
                                .formatted(UnicornLibrary.library(), cpu.title(), check.name(), check.detail(),
                                        Packages.here().remedy(List.of(UnicornLibrary.SONAME))));
            }
        }
        PASSED.add(cpu);
    }

    /// The checks of a processor model, up to the first that fails; throws [dev.tailbound.jit.disasm.MissingLibraryException] if Unicorn is missing.
    public static List<Check> checks(Cpu cpu) {
        var checks = new ArrayList<Check>();
        boolean _ = run(STEPS, cpu, checks) && run(List.of(COUNTED), cpu, checks);
        return List.copyOf(checks);
    }

    /// Runs steps on a processor; true if all pass.
    private static boolean run(List<Step> steps, Cpu cpu, List<Check> checks) {
        var name = "opening";
        try (var bed = new TestBed(cpu)) {
            for (var step : steps) {
                name = step.name();
                step.body().run(bed);
                checks.add(new Check(name, true, ""));
            }
            return true;
        } catch (Wrong | UnicornException failure) {
            checks.add(new Check(name, false, failure.getMessage()));
            return false;
        }
    }
}
