package dev.tailbound;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import java.util.UUID;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Allowed dependencies of packages; in particular, the backends share no arithmetic with the oracle.
class ArchitectureTest {
    private static final String BASE = "dev.tailbound";
    private static final JavaClasses PRODUCTION = new ClassFileImporter()
            .withImportOption(new DoNotIncludeTests()).importPackages(BASE);

    /// A package, its module, and the packages of ours that it may use.
    private record Row(String module, String name, String mayUse) {
        /// `isa` is that package alone; `jit..` is it and those below it.
        DescribedPredicate<JavaClass> allowed() {
            var packages = Stream.of((name + " " + mayUse).split(" ")).map(used -> BASE + "." + used);
            return resideInAnyPackage(packages.toArray(String[]::new)).or(resideOutsideOfPackage(BASE + ".."));
        }
    }

    // @formatter:off
    private static final Row[] ARROWS = {
        new Row("oracle", "isa",          ""),
        new Row("oracle", "files",        "isa"),
        new Row("oracle", "text",         "isa"),
        new Row("oracle", "cases",        "isa text files"),
        new Row("oracle", "forms",        "isa text cases forms.c forms.elf"),
        new Row("oracle", "forms.c",      "isa"),
        new Row("oracle", "forms.elf",    "isa cases"),
        new Row("oracle", "verify",       "isa cases"),
        new Row("oracle", "run",          "isa cases verify"),
        new Row("oracle", "run.interp",   "isa cases verify run"),
        new Row("jit",    "setup",        ""),
        new Row("jit",    "jit",          "isa cases verify run"),
        new Row("jit",    "jit.x86",      "isa cases verify run jit"),
        new Row("jit",    "jit.arm64",    "isa cases verify run jit"),
        new Row("jit",    "jit.passes",   "isa cases verify run jit"),
        new Row("jit",    "jit.disasm",   "setup"),
        new Row("jit",    "run.emulated", "isa cases verify run run.processor jit.. setup"),
        new Row("jit",    "run.process",  ""),
        new Row("jit",    "run.processor", ""),
        new Row("jit",    "run.kernel",   "isa files cases verify run run.process setup"),
        new Row("jit",    "run.external", "isa files cases verify run run.process"),
        new Row("fuzz",   "coverage",     "isa text cases"),
        new Row("fuzz",   "generate",     "isa text cases verify coverage"),
        new Row("fuzz",   "lockstep",     "isa text cases verify run.. jit.."),
        new Row("fuzz",   "compare",      "isa text cases verify run.. jit.. lockstep"),
        new Row("fuzz",   "engines",      "isa cases verify run.. jit.. compare"),
        new Row("fuzz",   "catalog",      "isa text cases verify run.. jit.. compare"),
        new Row("fuzz",   "emulator",     "cases verify run run.processor run.emulated jit.. generate engines"),
        new Row("fuzz",   "minimize",     "isa text cases verify run compare"),
        new Row("fuzz",   "campaign.check",  "isa text files cases verify run run.kernel run.external generate lockstep compare engines minimize"),
        new Row("fuzz",   "campaign.mail",   "isa cases forms"),
        new Row("fuzz",   "campaign.folder", "isa text files cases verify run run.kernel campaign.check campaign.mail"),
        new Row("fuzz",   "campaign.worker", "isa text files cases verify run run.kernel run.process generate compare minimize campaign.check"),
        new Row("fuzz",   "campaign",     "isa files run.process campaign.check campaign.folder campaign.worker"),
        new Row("fuzz",   "report",       "isa text cases verify run.. jit.. coverage generate lockstep compare engines campaign.."),
        new Row("fuzz",   "doctor",       "isa setup run.. jit.disasm"),
        new Row("fuzz",   "bench",        "isa text cases verify run.. jit.. coverage generate lockstep compare engines"),
        new Row("fuzz",   "cli",          "*.."),
    };
    // @formatter:on

    static Stream<String> packages() {
        return PRODUCTION.stream().map(JavaClass::getPackageName).distinct().sorted()
                .map(name -> name.substring(BASE.length() + 1));
    }

    private static Row row(String name) {
        var rows = Stream.of(ARROWS).filter(row -> row.name().equals(name)).toList();
        assertThat(rows).as("rows of %s in the table of arrows", name).hasSize(1);
        return rows.getFirst();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_uses_only_what_its_row_allows(String name) {
        classes().that().resideInAPackage(BASE + "." + name)
                .should().onlyDependOnClassesThat(row(name).allowed())
                .check(PRODUCTION);
    }

    @ParameterizedTest
    @MethodSource("packages")
    void a_package_lives_in_its_module(String name) {
        var home = "/" + row(name).module() + "/target/";
        assertThat(PRODUCTION.that(resideInAPackage(BASE + "." + name)))
                .allSatisfy(type -> assertThat(type.getSource().orElseThrow().getUri().toString()).contains(home));
    }

    @Test
    void packages_form_no_cycle() {
        slices().matching(BASE + ".(**)").should().beFreeOfCycles().check(PRODUCTION);
    }

    // Arithmetic used by both sides is a bug that no comparison can see.

    @Test
    void instructions_hold_encodings_and_compute_nothing() {
        methods().that().areDeclaredInClassesThat().resideInAPackage(BASE + ".isa")
                .should().notHaveRawParameterTypes(long.class, long.class)
                .check(PRODUCTION);
        noClasses().that().resideInAPackage(BASE + ".isa").should().dependOnClassesThat()
                .haveNameMatching("java\\.util\\.function\\.(Int|Long)BinaryOperator").check(PRODUCTION);
    }

    @Test
    void backends_know_the_verifier_by_its_facts_only() {
        noClasses().that().resideInAnyPackage(BASE + ".jit..", BASE + ".run.emulated").should()
                .dependOnClassesThat(resideInAPackage(BASE + ".verify")
                        .and(DescribedPredicate.not(nameMatching(".*\\.(ProgramFacts|VerifiedCase|Verdict)(\\$.*)?"))))
                .check(PRODUCTION);
    }

    // A seed or a byte string determines everything: the same choices give the same program on every machine.

    @Test
    void randomness_comes_from_choices_only() {
        noClasses().that().haveNameNotMatching(".*\\.generate\\.\\w*Choices(\\$.*)?")
                .should().dependOnClassesThat().areAssignableTo(RandomGenerator.class)
                .check(PRODUCTION);
    }

    @Test
    void randomness_is_never_unseeded() {
        noClasses().should().dependOnClassesThat().haveNameMatching(
                "java\\.(util\\.concurrent\\.ThreadLocal|security\\.Secure)Random")
                .orShould().callMethod(Math.class, "random")
                .orShould().callMethod(UUID.class, "randomUUID")
                .check(PRODUCTION);
    }
}
