package dev.tailbound.campaign.mail;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.forms.ExportForm;
import dev.tailbound.isa.BadInput;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// The smallest case of a finding in the forms that lists and test suites take, as files of its folder.
public final class FindingExports {
    private static final String MAIL = "mail.txt";
    /// A larger case is not written in other forms, which may be twenty times its size.
    private static final int MAX_INSNS = 10_000;
    private static final long MAX_MAPS = 1 << 20;

    // @formatter:off
    private static final Map<String, ExportForm> FILES = Map.of(
            MailReport.REPRODUCER,  ExportForm.C,
            "programs.o",           ExportForm.ELF,
            "programs.hex",         ExportForm.HEX,
            "selftest_progs.c",     ExportForm.SELFTEST,
            "selftest_prog_test.c", ExportForm.PROG_TEST);
    // @formatter:on

    private FindingExports() {}

    /// Each file's name and content; empty for a file whose form cannot hold the case.
    public static Map<String, Optional<byte[]>> files(MailReport report) {
        var files = new LinkedHashMap<String, Optional<byte[]>>();
        boolean isSmall = isSmall(report.source());
        FILES.forEach((name, form) -> files.put(name, isSmall ? written(() -> form.write(report.source())) : Optional.empty()));
        files.put(MAIL, isSmall ? written(() -> report.text().getBytes(StandardCharsets.UTF_8)) : Optional.empty());
        return files;
    }

    /// The names of all files.
    public static Set<String> names() {
        return Stream.concat(FILES.keySet().stream(), Stream.of(MAIL)).collect(Collectors.toUnmodifiableSet());
    }

    private static boolean isSmall(Case source) {
        return source.programs().stream().mapToInt(program -> program.size()).sum() <= MAX_INSNS
                && source.maps().stream().mapToLong(BpfMap::bytes).sum() <= MAX_MAPS;
    }

    /// Empty if the form cannot hold the case, or if a jump is too long to encode.
    private static Optional<byte[]> written(Supplier<byte[]> text) {
        try {
            return Optional.of(text.get());
        } catch (BadInput | IllegalArgumentException refused) {
            return Optional.empty();
        }
    }
}
