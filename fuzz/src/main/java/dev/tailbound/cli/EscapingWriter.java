package dev.tailbound.cli;

import dev.tailbound.isa.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/// What all commands print through: characters that are not [Printable] are escaped, but for line feeds, whatever input they come from.
final class EscapingWriter extends FilterWriter {
    private EscapingWriter(Writer out) {
        super(out);
    }

    static PrintWriter to(Writer out) {
        return new PrintWriter(new EscapingWriter(out), true);
    }

    @Override
    public void write(String text, int offset, int length) throws IOException {
        out.write(Printable.lines(text.substring(offset, offset + length)));
    }

    @Override
    public void write(char[] text, int offset, int length) throws IOException {
        out.write(Printable.lines(new String(text, offset, length)));
    }

    @Override
    public void write(int c) throws IOException {
        out.write(Printable.lines(Character.toString((char) c)));
    }
}
