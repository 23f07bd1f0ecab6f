package dev.tailbound.cases;

import dev.tailbound.cases.Callees.Route;
import dev.tailbound.isa.Encoder;
import dev.tailbound.isa.Program;
import dev.tailbound.text.AsmPrinter;
import java.util.List;
import java.util.stream.Collectors;

/// Prints a case as a case file, identically for equal cases; [CaseReader] reads it back as an equal case.
///
/// Omits defaults and trailing zeros of map contents. Bodies are assembly text, or hex if malformed.
public final class CasePrinter {
    private final Case source;
    private final List<String> names;
    private final StringBuilder text = new StringBuilder();

    private CasePrinter(Case source) {
        this.source = source;
        names = source.maps().stream().map(BpfMap::name).toList();
    }

    public static String print(Case source) {
        var printer = new CasePrinter(source);
        printer.all();
        return printer.text.toString();
    }

    private void all() {
        if (!source.comment().isEmpty()) {
            for (var line : source.comment().split("\n", -1)) {
                line("# " + line);
            }
        }
        source.maps().forEach(this::map);
        kernelEnvironment(source.kernelEnvironment());
        for (var program : source.programs()) {
            program(program);
        }
        source.proEpilogue().stream().forEach(this::generated);
        context(source.context());
        environment(source.environment());
        events(source.events());
        attachments(source.attachments());
        line("-- run " + source.entry());
        if (!source.expectation().equals(Expectation.NONE)) {
            line(CaseReader.EXPECT);
            expectation(source.expectation());
        }
        if (!source.expectationV61().equals(source.expectation())) {
            line(CaseReader.EXPECT_V61);
            expectation(source.expectationV61());
        }
        if (!source.expectationBig().equals(source.expectation())) {
            line(CaseReader.EXPECT_BIG);
            expectation(source.expectationBig());
        }
    }

    private void program(Program program) {
        if (program.malformed().isEmpty()) {
            line("-- prog " + program.name());
            text.append(AsmPrinter.print(program, names));
        } else {
            line("-- prog %s hex".formatted(program.name()));
            line(Hex.print(Bytes.of(Encoder.encode(program))));
        }
    }

    /// Omits a prologue's last instruction, which stands for the program, but prints a label before it.
    private void generated(Generated generated) {
        var callees = generated.callees();
        line("-- " + generated.kind().word() + generated.programs().stream().map(name -> " " + name).collect(Collectors.joining())
                + callees.module().map(name -> " module=" + name).orElse("")
                + (callees.route() == Route.KFUNC ? "" : " calls=" + callees.route().word()));
        var body = AsmPrinter.print(generated.code(), names);
        text.append(generated.kind() == Generated.Kind.PROLOGUE ? body.substring(0, body.lastIndexOf("    exit")) : body);
    }

    private void map(BpfMap map) {
        switch (map) {
            case BpfMap.Array array -> {
                line("-- map %s array value=%d entries=%d%s".formatted(array.name(), array.valueSize(), array.entries(),
                        array.hasDefaultWord() ? "" : " word=" + array.word()));
                array.init().forEach((key, value) -> line(key + ": " + Hex.printTrimmed(value)));
            }
            case BpfMap.ProgArray(var name, int entries, var slots) -> {
                line("-- map %s prog_array entries=%d".formatted(name, entries));
                slots.forEach((key, program) -> line(key + ": " + program));
            }
        }
    }

    private void kernelEnvironment(KernelEnvironment kernelEnvironment) {
        for (int i = 0; i < kernelEnvironment.modules().size(); i++) {
            var module = kernelEnvironment.modules().get(i);
            line("-- module " + module.name() + (module.off() == i + 1 ? "" : " off=" + module.off())
                    + (module.isFar() ? " " + KernelEnvironmentReader.FAR : "")
                    + (module.hasTypes() ? "" : " " + KernelEnvironmentReader.NO_TYPES));
        }
    }

    private void context(Context context) {
        switch (context) {
            case Context.Skb skb -> {
                var defaults = Context.Skb.defaults();
                var options = new StringBuilder();
                option(options, "len", unsigned(skb.len()), skb.len() == defaults.len());
                option(options, "mark", unsigned(skb.mark()), skb.mark() == defaults.mark());
                option(options, "priority", unsigned(skb.priority()), skb.priority() == defaults.priority());
                option(options, "cb", skb.cb().stream().map(CasePrinter::unsigned).collect(Collectors.joining(",")),
                        skb.cb().equals(defaults.cb()));
                line("-- ctx skb" + options);
            }
            case Context.Mem(var data) -> line("-- ctx mem " + Hex.print(data));
        }
    }

    private void environment(Environment environment) {
        var defaults = Environment.DEFAULT;
        if (!environment.equals(defaults)) {
            var options = new StringBuilder();
            option(options, "prandom", Numbers.print(environment.prandom()), environment.prandom() == defaults.prandom());
            option(options, "ktime", Numbers.print(environment.ktime()), environment.ktime() == defaults.ktime());
            option(options, "cpu", unsigned(environment.cpu()), environment.cpu() == defaults.cpu());
            line("-- env" + options);
        }
    }

    private void events(List<Event> events) {
        if (!events.isEmpty()) {
            line("-- events");
        }
        for (var event : events) {
            var place = switch (event.place()) {
                case Event.Place.InHelper(int number) -> "in helper " + number;
                case Event.Place.ByHelper(int number) -> "by helper " + number;
                case Event.Place.Before(var program, int insn) ->
                    "before %s %d".formatted(program, source.programs().get(source.programIndex(program)).slotOf(insn));
            };
            line("%s: %s[%d] = %s".formatted(place, names.get(event.map()), event.key(), event.program()));
        }
    }

    private void attachments(Attachments attachments) {
        if (!attachments.isEmpty()) {
            line(switch (attachments.rule()) {
                case V6_12 -> "-- attach v6.12";
                case V6_13 -> "-- attach";
            });
        }
        attachments.list().forEach(
                attachment -> line("%s %s: %s".formatted(attachment.kind().word(), attachment.program(), attachment.site())));
    }

    private static void option(StringBuilder options, String key, String value, boolean isDefault) {
        if (!isDefault) {
            options.append(' ').append(key).append('=').append(value);
        }
    }

    private static String unsigned(int value) {
        return Numbers.print(Integer.toUnsignedLong(value));
    }

    private void expectation(Expectation expectation) {
        if (!expectation.rejected().isEmpty()) {
            line("rejected = " + expectation.rejected());
        }
        expectation.r0().ifPresent(r0 -> line("r0 = " + Numbers.print(r0)));
        expectation.retval().ifPresent(retval -> line("retval = " + unsigned(retval)));
        expectation.tailCalls().ifPresent(calls -> line("tail_calls = " + calls));
        expectation.values()
                .forEach((entry, value) -> line("%s[%d] = %s".formatted(names.get(entry.map()), entry.key(), value(value))));
    }

    private static String value(Bytes value) {
        if (value.length() > Long.BYTES) {
            return "hex " + Hex.printTrimmed(value);
        }
        long number = 0;
        for (int i = value.length() - 1; i >= 0; i--) {
            number = number << 8 | (value.at(i) & 0xff);
        }
        return Numbers.print(number);
    }

    private void line(String line) {
        text.append(line.stripTrailing()).append('\n');
    }
}
