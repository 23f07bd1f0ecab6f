package dev.tailbound.campaign.mail;

import dev.tailbound.cases.BpfMap;
import dev.tailbound.cases.Case;
import dev.tailbound.cases.Context;
import dev.tailbound.forms.ExportForm;
import dev.tailbound.forms.XlatedPrinter;
import dev.tailbound.isa.BadInput;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// A finding as plain text of 72 columns: the difference, the engines that were tried, the program, the first wrong instruction, and how to
/// reproduce it with and without Tailbound. It needs nothing but the finding, no engine and no kernel image.
///
/// @param signature the finding's signature
/// @param source    the smallest case
/// @param file      its file
/// @param isMinimal whether minimizing has finished
/// @param report    the Markdown report of the finding, or its evidence
/// @param engines   the engines of the campaign, the reference first
/// @param images    identities of real kernels' images, by engine name
/// @param command   the command that runs the case file again
/// @param version   the version of Tailbound and its libraries
public record MailReport(String signature, Case source, String file, boolean isMinimal, String report, List<String> engines,
        Map<String, String> images, String command, String version) {
    /// The file with the export as a C program, beside the case.
    public static final String REPRODUCER = "reproducer.c";
    private static final int MAX_LISTED = 4096;

    public MailReport {
        engines = List.copyOf(engines);
        images = Map.copyOf(images);
    }

    /// The mail, subject line first.
    public String text() {
        var difference = DifferenceText.of(report);
        return "Subject: " + subject(difference) + "\n\n" + section("What is wrong", wrong(difference))
                + section("Versions tried", tried(difference)) + section("Program", program())
                + section("First wrong instruction",
                        difference.wrong().isEmpty()
                                ? Columns.paragraph(
                                        "It is not known: no engine that differs could be run in lockstep with the reference.")
                                : String.join("\n", difference.wrong()) + "\n")
                + section("How to reproduce it with Tailbound",
                        Columns.paragraph("In a checkout of Tailbound, with the attached file %s:".formatted(file)) + "\n"
                                + Columns.command(command))
                + section("How to reproduce it without Tailbound", withoutTailbound())
                + Columns.paragraph("Found by %s.".formatted(version));
    }

    private static String section(String title, String body) {
        return title + "\n" + "-".repeat(title.length()) + "\n" + body.stripTrailing() + "\n\n";
    }

    /// One line: `bpf: x86-64 returns a wrong r0`.
    private String subject(DifferenceText difference) {
        var subject = "[BUG] bpf: " + difference.first()
                .map(first -> "%s: wrong %s".formatted(shortName(first.engine()), first.what())).orElse(signature);
        int room = Columns.WIDTH - "Subject: ".length();
        return subject.length() <= room ? subject : subject.substring(0, room - 3) + "...";
    }

    /// The engine's words, without the path of an image.
    private static String shortName(String engine) {
        int slash = engine.lastIndexOf('/');
        return slash < 0 ? engine : engine.substring(slash + 1);
    }

    private static String wrong(DifferenceText difference) {
        if (difference.differences().isEmpty()) {
            return Columns.paragraph("The run of the program below did not end with results that can be compared. "
                    + "The attached report has the details.");
        }
        return Columns.paragraph("The program below gives different results on these engines:") + "\n" + difference.differences()
                .stream()
                .map(each -> Columns.item(each.engine() + ": " + each.what()) + Columns.detail("expected: " + each.expected())
                        + Columns.detail("found: " + each.found()) + Columns.detail("reference: " + each.reference()))
                .collect(Collectors.joining());
    }

    private String tried(DifferenceText difference) {
        return engines.stream().map(engine -> {
            boolean isAffected = difference.differences().stream().anyMatch(each -> each.engine().equals(engine));
            boolean isReference = difference.differences().stream().anyMatch(each -> each.reference().equals(engine));
            return Columns.item(engine + ": " + (isAffected ? "affected" : isReference ? "reference" : "no difference seen"))
                    + (images.containsKey(engine) ? Columns.detail(images.get(engine)) : "");
        }).collect(Collectors.joining());
    }

    private String program() {
        var maps = source.maps().stream().map(BpfMap::name).toList();
        var text = new StringBuilder();
        text.append(Columns.paragraph((isMinimal ? "This is the smallest case that shows it."
                : "This case is not minimal: minimizing has not finished.")
                + " Programs are shown as in the verifier's log; %s runs once as "
                        .formatted(source.entry())
                + context() + rest()));
        for (var map : source.maps()) {
            text.append('\n').append(Columns.item(map(map)).stripTrailing());
        }
        text.append(source.maps().isEmpty() ? "" : "\n");
        int listed = 0;
        for (var program : source.programs()) {
            text.append("\n  ").append(program.name()).append(":\n");
            listed += program.size();
            if (listed > MAX_LISTED || program.malformed().isPresent()) {
                text.append(Columns.item("  (%s has the program)".formatted(file)));
            } else {
                XlatedPrinter.print(program, maps).lines().forEach(line -> text.append(String.join("\n", Columns.wrapped(line,
                        "    ", "        ", ""))).append('\n'));
            }
        }
        return text.toString();
    }

    private String context() {
        return switch (source.context()) {
            case Context.Skb skb -> skb.equals(Context.Skb.defaults()) ? "SCHED_CLS on a packet of zeros."
                    : "SCHED_CLS on a packet of zeros, with the fields of __sk_buff in the case.";
            case Context.Mem memory ->
                "a program whose r1 is the address of %d bytes and r2 their number.".formatted(memory.data().length());
        };
    }

    /// The parts of the case that the listing does not show.
    private String rest() {
        return (source.events().isEmpty() ? "" : " Program arrays are updated during the run, as the case states.")
                + (source.attachments().isEmpty() ? "" : " Tracing programs are attached, as the case states.")
                + (source.proEpilogue().isEmpty() ? "" : " The kernel adds a prologue or an epilogue, as the case states.");
    }

    private static String map(BpfMap map) {
        return switch (map) {
            case BpfMap.Array array -> "map %s: array, %d values of %d bytes%s".formatted(array.name(), array.entries(), array
                    .valueSize(), array.init().isEmpty() ? "" : ", with contents");
            case BpfMap.ProgArray array -> "map %s: prog_array, %d slots%s".formatted(array.name(), array.entries(),
                    array.slots().entrySet().stream().limit(16)
                            .map(slot -> ", [%d] = %s".formatted(slot.getKey(), slot.getValue())).collect(Collectors.joining()));
        };
    }

    private String withoutTailbound() {
        try {
            ExportForm.C.write(source);
        } catch (BadInput refused) {
            return Columns.paragraph("There is no C program for this case: %s.".formatted(refused.what()));
        }
        return Columns.paragraph(
                ("The attached C program %s creates the maps, loads the programs, runs %s once and prints the results; it needs "
                        + "root on the kernel under test:").formatted(REPRODUCER, source.entry()))
                + "\n" + Columns.command("cc -o reproducer " + REPRODUCER) + Columns.command("./reproducer");
    }
}
