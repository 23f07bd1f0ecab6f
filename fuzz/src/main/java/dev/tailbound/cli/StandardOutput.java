package dev.tailbound.cli;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;

/// Standard output that records whether output was lost, and why; a print stream hides the reason.
final class StandardOutput extends FilterOutputStream {
    private IOException failure;

    StandardOutput(OutputStream out) {
        super(out);
    }

    /// Replaces `System.out`.
    static StandardOutput install() {
        var output = new StandardOutput(new FileOutputStream(FileDescriptor.out));
        System.setOut(new PrintStream(new BufferedOutputStream(output), false, System.out.charset()));
        return output;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        try {
            out.write(bytes, offset, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    /// Whether output could not be written.
    ///
    /// A reader that has enough, like `head`, closes the pipe: that is no loss.
    boolean hasLost() {
        return failure != null && !"Broken pipe".equals(failure.getMessage());
    }
}
