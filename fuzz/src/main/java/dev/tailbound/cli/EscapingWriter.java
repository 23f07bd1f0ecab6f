package dev.tailbound.cli;

import dev.tailbound.isa.Printable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;

/// Escapes all characters that are not [Printable], except line feeds. All output of commands goes through it, since it may contain any input.
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
