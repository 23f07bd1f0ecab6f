package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import java.math.BigInteger;
import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/// Reads durations such as `60s`, `5m` and `8h`, at most 366 days.
final class DurationConverter implements ITypeConverter<Duration> {
    private static final Duration MAX = Duration.ofDays(366);
    private static final Pattern FORM = Pattern.compile("([0-9]+)([smh])");

    @Override
    public Duration convert(String text) {
        var form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadInput("", "expected a number and s, m or h, such as 60s, found " + BadInput.quoted(text));
        }
        var unit = switch (form.group(2)) {
            case "s" -> Duration.ofSeconds(1);
            case "m" -> Duration.ofMinutes(1);
            default -> Duration.ofHours(1);
        };
        var number = new BigInteger(form.group(1));
        long most = MAX.dividedBy(unit);
        if (number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new BadInput("", "expected at most %d%s, found %s".formatted(most, form.group(2), BadInput.quoted(text)));
        }
        return unit.multipliedBy(number.longValueExact());
    }
}
