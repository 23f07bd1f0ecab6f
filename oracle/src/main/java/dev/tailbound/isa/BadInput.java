package dev.tailbound.isa;

/// Invalid input: where, what was expected, and what was found, always in one [Printable] line.
///
/// Readers throw it, the command line prints it and exits with 2.
/// `new BadInput("a.case:12", "unknown map 'jmp', expected one of counter, jmp_table")`
public final class BadInput extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int MAX_SHOWN = 40;

    private final String where;
    private final String what;

    public BadInput(String where, String what) {
        super(Printable.line(where.isEmpty() ? what : where + ": " + what));
        this.where = where;
        this.what = what;
    }

    /// Input text for messages: shortened and [Printable].
    public static String shown(String text) {
        return Printable.line(text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text);
    }

    /// The same in quotes.
    public static String quoted(String text) {
        return "'" + shown(text) + "'";
    }

    public String where() {
        return where;
    }

    public String what() {
        return what;
    }

    /// The same error with an outer place as prefix: a file before a line, a line before an instruction.
    public BadInput in(String outer) {
        return new BadInput(where.isEmpty() ? outer : outer + ": " + where, what);
    }
}
