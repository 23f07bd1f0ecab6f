package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Printable;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.MaxValuesExceededException;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgGroupSpec;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.MutuallyExclusiveArgsException;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/// The message for a wrong command line, in the usual form: where, what was expected, what was found.
///
/// `--format: expected text or json, found 'xml' (see tailbound run --help)`
record UsageError(ParameterException failure) {
    private static final int MAX_SUGGESTED = 3;

    String describe() {
        return Printable.line("%s (see %s --help)".formatted(misspelt().orElseGet(this::what), name()));
    }

    private CommandLine command() {
        return failure.getCommandLine();
    }

    private String name() {
        return command().getCommandSpec().qualifiedName();
    }

    /// An unknown option is reported first: an argument that seems to be missing may be the misspelt one.
    private Optional<String> misspelt() {
        return command().getUnmatchedArguments().stream().filter(word -> word.startsWith("-") && word.length() > 1).findFirst()
                .map(word -> "%s: unknown option%s".formatted(BadInput.shown(word), suggestion(word)));
    }

    private String suggestion(String word) {
        var similar = new UnmatchedArgumentException(command(), List.of(word)).getSuggestions().stream().limit(MAX_SUGGESTED)
                .toList();
        return similar.isEmpty() ? "" : ", did you mean %s?".formatted(String.join(" or ", similar));
    }

    private String what() {
        return switch (failure) {
            case UnmatchedArgumentException unmatched -> superfluous(unmatched.getUnmatched().getFirst());
            case MissingParameterException missing when missing.getMissing().isEmpty() -> missing.getMessage();
            case MissingParameterException missing -> missing(missing.getMissing());
            case MutuallyExclusiveArgsException _ ->
                "%s: expected at most one of %s, found more".formatted(name(), alternatives());
            case OverwrittenOptionException twice -> givenTwice(place(twice.getOverwritten()));
            case MaxValuesExceededException _ -> givenTwice(repeated());
            default -> failure.getArgSpec() == null ? failure.getMessage()
                    : unconverted(failure.getArgSpec(), failure.getValue());
        };
    }

    private static String givenTwice(String place) {
        return place + ": given twice, expected once";
    }

    /// The option of a group that the command line repeats; picocli names only the group.
    private String repeated() {
        var words = command().getParseResult().originalArgs();
        return command().getCommandSpec().options().stream().filter(option -> words.stream()
                .filter(word -> Stream.of(option.names()).anyMatch(name -> word.equals(name) || word.startsWith(name + "=")))
                .count() > 1).findFirst().map(UsageError::place).orElse(name());
    }

    private String superfluous(String word) {
        var commands = command().getSubcommands().entrySet().stream()
                .filter(entry -> !entry.getValue().getCommandSpec().usageMessage().hidden()).map(Map.Entry::getKey).toList();
        if (commands.isEmpty()) {
            return "%s: expected nothing more, found %s".formatted(name(), BadInput.quoted(word));
        }
        var similar = Spelling.similar(word, commands);
        return "%s: unknown command, %s".formatted(BadInput.shown(word), similar.isEmpty()
                ? "expected one of " + String.join(", ", commands)
                : "did you mean %s?".formatted(String.join(" or ", similar)));
    }

    /// Picocli names all options of a group; those that are present are removed.
    private String missing(List<ArgSpec> missing) {
        var required = missing.stream().filter(ArgSpec::required).filter(argument -> !(argument instanceof OptionSpec option
                && command().getParseResult().hasMatchedOption(option))).map(UsageError::form).collect(Collectors.joining(" "));
        return required.isEmpty()
                ? "%s: expected %s, found none".formatted(place(missing.getFirst()), missing.getFirst().paramLabel())
                : "%s: expected %s, found none".formatted(name(), required);
    }

    private String alternatives() {
        return command().getCommandSpec().argGroups().stream().filter(ArgGroupSpec::exclusive)
                .flatMap(group -> group.args().stream()).map(UsageError::place).collect(Collectors.joining(", "));
    }

    /// Our converters throw [BadInput]; its place is set only if it is more precise than the option.
    private String unconverted(ArgSpec argument, String value) {
        if (failure.getCause() instanceof BadInput bad) {
            return bad.where().isEmpty() ? bad.in(place(argument)).getMessage() : bad.getMessage();
        }
        var words = argument.type().getEnumConstants();
        return "%s: expected %s, found %s".formatted(place(argument), words == null ? argument.paramLabel()
                : Stream.of(words).map(word -> word.toString().toLowerCase(Locale.ROOT)).collect(Collectors.joining(" or ")),
                BadInput.quoted(value));
    }

    private static String place(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }

    private static String form(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() + " " + option.paramLabel() : argument.paramLabel();
    }
}
