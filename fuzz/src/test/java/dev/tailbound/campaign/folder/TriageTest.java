package dev.tailbound.campaign.folder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tailbound.campaign.check.Occurrences;
import dev.tailbound.isa.BadInput;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TriageTest {
    private static final LocalDate TODAY = LocalDate.of(2027, 1, 31);
    private static final List<ListedIssue> ISSUES = ListedIssue.parse("known", """
            # found in December
            [spill]
            signature = arm64-x26.*
            link = https://example.org/1
            expires = 2027-01-31

            [old]
            signature = x86-64.r0
            expires = 2027-01-30

            [absent]
            signature = hang
            """);

    private static Map<String, Occurrences> found(String... names) {
        return Stream.of(names).collect(Collectors.toMap(name -> name, _ -> Occurrences.at(7)));
    }

    @Test
    void findings_of_an_earlier_campaign_are_not_new() {
        var triage = Triage.of(found("a", "b"), Optional.of(Set.of("b", "c")), List.of(), TODAY);
        assertThat(triage.fresh()).containsOnlyKeys("a");
        assertThat(triage.still()).containsOnlyKeys("b");
        assertThat(triage.gone()).containsExactly("c");
    }

    @Test
    void without_an_earlier_campaign_all_findings_are_new() {
        var triage = Triage.of(found("a", "b"), Optional.empty(), List.of(), TODAY);
        assertThat(triage.fresh()).containsOnlyKeys("a", "b");
        assertThat(triage.gone()).isEmpty();
    }

    @Test
    void listed_issues_explain_findings_until_they_expire() {
        var triage = Triage.of(found("arm64-x26.tail_calls", "arm64.r0", "x86-64.r0"), Optional.empty(), ISSUES, TODAY);
        assertThat(triage.listed()).containsOnlyKeys("arm64-x26.tail_calls");
        assertThat(triage.fresh()).containsOnlyKeys("arm64.r0", "x86-64.r0");
        assertThat(triage.expired()).extracting(ListedIssue::name).containsExactly("old");
        assertThat(triage.unseen()).extracting(ListedIssue::toString).containsExactly("absent");
        assertThat(triage.listed().get("arm64-x26.tail_calls")).hasToString("spill (https://example.org/1)");
    }

    @ParameterizedTest
    @CsvSource({ "*, 6.1..6.12, true", "kernel:*, 6.12, true", "*, 6.13..7.2, false", "x86-64, , false", "oracle, , true",
        "oracle, 6.12, false" })
    void an_issue_concerns_engines_and_kernel_versions(String engine, String kernels, boolean concerns) {
        var kernel = "kernel:x86-64:vmlinuz";
        var text = "[a]\nsignature = *\nengine = " + engine + (kernels == null ? "" : "\nkernel = " + kernels);
        assertThat(ListedIssue.parse("known", text).getFirst().concerns(List.of("oracle", kernel),
                Map.of(kernel, "6.12.95-amd64 sha256:0011"))).isEqualTo(concerns);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "signature = *              | known:1: expected [NAME] or KEY = VALUE, found 'signature = *'",
        "[a]                        | known: [a]: expected a line signature = ..., found none",
        "[a];nonsense               | known:2: expected [NAME] or KEY = VALUE, found 'nonsense'",
        "[a];signature = *;color = 1 | known:3: expected one of engine, expires, kernel, link, signature, found 'color'",
        "[a];signature = *;signature = b | known:3: expected one line signature, found another",
        "[a];signature = *;[a]      | known:3: expected a new name, found a again",
        "[a];signature = *;expires = soon | known:3: expected a day such as 2027-01-31, found 'soon'",
        "[a];signature = *;kernel = new | known:3: expected kernel versions such as 6.1..6.12, found 'new'" })
    void other_lists_are_bad_input(String text, String message) {
        assertThatThrownBy(() -> ListedIssue.parse("known", text.replace(';', '\n'))).isInstanceOf(BadInput.class)
                .hasMessage(message);
    }
}
