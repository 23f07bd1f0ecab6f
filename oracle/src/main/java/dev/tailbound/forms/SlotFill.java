package dev.tailbound.forms;

import dev.tailbound.isa.BadInput;
import java.util.regex.Pattern;

/// `MAP[KEY]=PROGRAM`: a slot of a program array, and the program in it.
public record SlotFill(String map, int key, String program) {
    private static final Pattern SYNTAX = Pattern.compile("([^\\[\\]=]+)\\[(\\d{1,9})\\]=([^\\[\\]=]+)");

    /// Throws [BadInput] whose place is the option.
    public static SlotFill parse(String text) {
        var matcher = SYNTAX.matcher(text);
        if (!matcher.matches()) {
            throw new BadInput("--slot", "expected MAP[KEY]=PROGRAM, found " + BadInput.quoted(text));
        }
        return new SlotFill(matcher.group(1), Integer.parseInt(matcher.group(2)), matcher.group(3));
    }
}
