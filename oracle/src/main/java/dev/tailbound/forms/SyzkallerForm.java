package dev.tailbound.forms;

import dev.tailbound.forms.c.CTokens;
import java.util.List;

/// Reproducers of syzkaller: its own programs, and C programs that `syz-prog2c` generates from them.
final class SyzkallerForm implements Form {
    @Override
    public String word() {
        return "syzkaller";
    }

    @Override
    public String phrase() {
        return "a syzkaller program, or a C reproducer generated from one";
    }

    @Override
    public boolean recognizes(Source source) {
        return isProgram(source) || isReproducer(source);
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        // A mail may hold both; the program says more.
        var calls = isProgram(source) ? SyzProgram.read(source) : CReproducer.read(source);
        return new BpfCalls(source, calls).cases(options);
    }

    private static boolean isProgram(Source source) {
        var tokens = CTokens.lex(source.file(), source.text()).tokens();
        for (; !tokens.atEnd(); tokens.next()) {
            if (SyzProgram.atCall(tokens)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isReproducer(Source source) {
        var tokens = CTokens.lex(source.file(), source.text()).tokens();
        boolean calls = false;
        boolean stores = false;
        for (; !tokens.atEnd() && !(calls && stores); tokens.next()) {
            calls |= CReproducer.atCall(tokens);
            stores |= CReproducer.atStore(tokens);
        }
        return calls && stores;
    }
}
