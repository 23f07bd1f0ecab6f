package dev.tailbound.campaign.check;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tailbound.campaign.check.CaseVerdict;
import dev.tailbound.campaign.check.ClassifiedCase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class JudgedTest {

    @Test
    void a_name_is_valid_as_a_folder_and_in_a_line() {
        assertThat(new ClassifiedCase(CaseVerdict.DIVERGE, "kernel:/boot/x y=1.r0").name()).isEqualTo("kernel-_boot_x_y_1.r0");
        var one = new ClassifiedCase(CaseVerdict.DIVERGE, "e".repeat(1000) + "1").name();
        var two = new ClassifiedCase(CaseVerdict.DIVERGE, "e".repeat(1000) + "2").name();
        assertThat(one).hasSizeLessThan(200).isNotEqualTo(two);
    }

    @ParameterizedTest
    @EnumSource(names = { "REJECTED", "THREW", "CRASH", "HANG" })
    void findings_other_than_divergences_are_recognised_by_name(CaseVerdict verdict) {
        assertThat(CaseVerdict.ofSignature(verdict.word())).isEqualTo(verdict);
        assertThat(CaseVerdict.ofSignature(verdict.word() + ".more")).isEqualTo(verdict);
        assertThat(CaseVerdict.ofSignature("x86-64." + verdict.word())).isEqualTo(CaseVerdict.DIVERGE);
    }

    @Test
    void an_exception_is_named_by_its_type_and_place() {
        assertThat(ClassifiedCase.threw(new IllegalStateException("any text")).name())
                .isEqualTo("threw.IllegalStateException.JudgedTest.an_exception_is_named_by_its_type_and_place");
    }
}
