package dev.tailbound.cli;

import dev.tailbound.campaign.folder.Parameters;
import dev.tailbound.campaign.folder.ReproduceCommand;
import dev.tailbound.campaign.folder.StoredFinding;
import dev.tailbound.campaign.mail.MailReport;
import dev.tailbound.cases.CaseReader;
import dev.tailbound.engines.EngineSet;
import dev.tailbound.files.OutputFile;
import dev.tailbound.isa.BadInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `tailbound mail`: a finding as plain text for a mailing list. It runs nothing and needs no kernel image.
@Command(name = "mail", mixinStandardHelpOptions = true,
        description = "Writes a finding as plain text of 72 columns, for a mailing list.")
final class MailCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @picocli.CommandLine.Parameters(paramLabel = "FOLDER",
            description = "The folder of a finding, DIR/findings/NAME of a campaign in DIR.")
    private Path folder;

    @Option(names = "--output", paramLabel = "FILE", description = "The file to write. Default: standard output.")
    private Path output;

    @Override
    public Integer call() {
        var target = output == null ? null : OutputFile.at(output);
        var text = text();
        if (target == null) {
            spec.commandLine().getOut().print(text);
            spec.commandLine().getOut().flush();
            return ExitCode.AGREE;
        }
        try {
            target.write(text);
        } catch (IOException e) {
            throw new UnwritableException(output, e);
        }
        return ExitCode.AGREE;
    }

    private String text() {
        var finding = StoredFinding.in(folder);
        var campaign = campaign(folder.toAbsolutePath().normalize().getParent().getParent());
        var file = finding.smallest().orElseThrow(() -> new BadInput(folder.toString(),
                "expected a case, found none: the case could not be generated"));
        var options = EngineSet.recorded(campaign.engines(), campaign.images(), campaign.rule()).options();
        return new MailReport(finding.signature(), CaseReader.read(file), file.getFileName().toString(),
                finding.minimized().isPresent(), finding.report(), campaign.engines(), campaign.images(),
                ReproduceCommand.withFileAlone(finding.verdict(), file, options), campaign.version()).text();
    }

    private Parameters campaign(Path place) {
        try {
            return (place == null ? Optional.<Parameters>empty() : Parameters.in(place))
                    .orElseThrow(() -> new BadInput(folder.toString(),
                            "expected a folder in DIR/findings of a campaign, found no campaign around it"));
        } catch (IOException e) {
            throw new BadInput(folder.toString(), "the campaign around it cannot be read: " + e.getMessage());
        }
    }
}
