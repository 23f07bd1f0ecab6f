package dev.tailbound.cli;

import dev.tailbound.campaign.folder.CampaignRecord;
import dev.tailbound.files.Folder;
import dev.tailbound.files.OutputFile;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import dev.tailbound.report.CampaignPage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `tailbound report`: one HTML page about a campaign, which may still be running.
@Command(name = "report", mixinStandardHelpOptions = true,
        description = "Writes one HTML page about a campaign, or about shards of one.")
final class ReportCommand implements Callable<Integer> {
    private static final String PAGE = "report.html";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "DIR", arity = "1..*",
            description = "The folder of a campaign, as written by tailbound fuzz --out or tailbound merge. Several are shards of one campaign.")
    private List<Path> folders;

    @Option(names = "--output", paramLabel = "FILE", description = "The page. Default: report.html in the first DIR.")
    private Path output;

    @Option(names = "--sample", paramLabel = "N", defaultValue = "10000",
            description = "Number of cases to generate again, for the tables of their contents. Default: ${DEFAULT-VALUE}.")
    private long sample;

    @Override
    public Integer call() {
        if (sample < 1) {
            throw new BadInput("--sample", "expected at least 1, found " + sample);
        }
        var target = output == null ? null : OutputFile.at(output);
        var campaign = CampaignRecord.together(folders.stream().map(CampaignRecord::read).toList());
        campaign.damaged().forEach(spec.commandLine().getErr()::println);
        var html = CampaignPage.html(campaign, sample);
        var page = target == null ? folders.getFirst().resolve(PAGE) : output;
        try {
            if (target == null) {
                new Folder(folders.getFirst()).write(PAGE, html);
            } else {
                target.write(html);
            }
        } catch (IOException e) {
            throw new UnwritableException(page, e);
        }
        spec.commandLine().getOut().println(Printable.line(page.toString()));
        return ExitCode.AGREE;
    }
}
