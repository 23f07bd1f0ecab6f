package dev.tailbound.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tailbound.engines.EngineSpec;
import dev.tailbound.isa.BadInput;
import dev.tailbound.jit.passes.Passes;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// The help lists every word that the argument parsers accept.
class HelpTextsTest {

    private static List<String> help(String command) {
        var out = new StringWriter();
        Tailbound.commandLine(out, new StringWriter()).execute(command, "--help");
        return out.toString().lines().toList();
    }

    private static Stream<String> words(String command) {
        return help(command).stream().flatMap(line -> Stream.of(line.split("[ ,]+", -1)));
    }

    @ParameterizedTest
    @CsvSource({ "run, x86-64", "run, arm64", "dump, x86-64", "dump, arm64" })
    void every_option_of_an_engine_is_named(String command, String engine) {
        var refusal = catchThrowableOfType(BadInput.class, () -> EngineSpec.parse(engine + ":nonsense"));
        var accepted = refusal.what().substring(refusal.what().indexOf("some of ") + "some of ".length()).split(", ", -1);
        assertThat(accepted).allSatisfy(option -> EngineSpec.parse(engine + ":" + option));
        assertThat(words(command)).contains(accepted);
    }

    @ParameterizedTest
    @ValueSource(strings = { "run", "fuzz", "minimize", "bench" })
    void every_pass_is_named(String command) {
        assertThat(words(command)).containsAll(Passes.Name.words());
        assertThat(String.join(" ", help(command))).contains("[--passes=PASS,...] ");
    }

    private static Stream<String> commands() {
        return Tailbound.commandLine(new StringWriter(), new StringWriter()).getSubcommands().entrySet().stream()
                .filter(command -> !command.getValue().getCommandSpec().usageMessage().hidden()).map(Map.Entry::getKey);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void every_help_fits_80_columns_and_ends_with_an_example(String command) {
        var help = help(command);
        assertThat(help).allSatisfy(line -> assertThat(line).hasSizeLessThanOrEqualTo(80));
        assertThat(help.get(help.size() - 2)).isEqualTo("Example:");
        assertThat(help.getLast()).startsWith("  tailbound " + command);
    }

    @ParameterizedTest
    @MethodSource("commands")
    void examples_can_be_parsed(String command) {
        var root = Tailbound.commandLine(new StringWriter(), new StringWriter());
        assertThat(root.parseArgs(Examples.all().get(command).split(" ")).subcommand().commandSpec().name()).isEqualTo(command);
    }
}
