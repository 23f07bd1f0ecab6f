package dev.tailbound.cli;

import dev.tailbound.isa.BadInput;
import java.math.BigInteger;
import java.util.function.Function;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;

/// Reads whole numbers from `least` to `most`, the range of a Java type.
record NumberConverter<T>(long least, long most, Function<BigInteger, T> narrow) implements ITypeConverter<T> {
    private static final Pattern FORM = Pattern.compile("[+-]?[0-9]+");

    static final NumberConverter<Integer> INT = new NumberConverter<>(Integer.MIN_VALUE, Integer.MAX_VALUE, BigInteger::intValue);
    static final NumberConverter<Long> LONG = new NumberConverter<>(Long.MIN_VALUE, Long.MAX_VALUE, BigInteger::longValue);

    @Override
    public T convert(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new BadInput("", "expected a whole number, found " + BadInput.quoted(text));
        }
        var number = new BigInteger(text);
        if (number.compareTo(BigInteger.valueOf(least)) < 0 || number.compareTo(BigInteger.valueOf(most)) > 0) {
            throw new BadInput("", "expected a number from %d to %d, found %s".formatted(least, most, BadInput.shown(text)));
        }
        return narrow.apply(number);
    }
}
