package dev.tailbound.forms;

import dev.tailbound.cases.CaseLimits;
import dev.tailbound.isa.BadInput;
import dev.tailbound.isa.Program;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// The verifier's log, and bpftool's listing of a loaded program: `12: (bf) r6 = r1`.
final class XlatedForm implements Form {
    /// Marks of C sources, which may contain such lines in comments or expectations.
    private static final Pattern OTHER = Pattern.compile(
            "\\s*(?:[-+ ]*#include\\b.*|.*\\basm volatile\\b.*|.*\\bBPF_[A-Z0-9_]+\\(.*|.*\\bstruct bpf_insn\\b.*|.*SEC\\(\".*)");

    @Override
    public String word() {
        return "xlated";
    }

    @Override
    public String phrase() {
        return "a verifier log, or the output of bpftool prog dump xlated";
    }

    @Override
    public boolean recognizes(Source source) {
        return XlatedLines.hasInsn(source) && source.lines().stream().noneMatch(line -> !line.stripLeading().startsWith(";")
                && OTHER
                        .matcher(line).matches());
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        var listings = XlatedLines.read(source);
        if (listings.isEmpty()) {
            throw new BadInput(source.file(), "expected instructions such as '12: (bf) r6 = r1', found none");
        }
        var draft = new CaseDraft(source);
        var maps = new XlatedMaps(draft);
        var taken = new HashSet<String>();
        var programs = new ArrayList<Program>();
        if (listings.size() > CaseLimits.PROGRAMS) {
            throw new BadInput(source.file(), "%d programs, expected at most %d".formatted(listings.size(), CaseLimits.PROGRAMS));
        }
        long insns = 0;
        for (var listing : listings) {
            programs.add(XlatedProgram.read(source, listing, name(listing, taken), maps, draft));
            insns += programs.getLast().size();
            if (insns > CaseLimits.INSNS) {
                throw new BadInput(source.file(), "expected at most %d instructions in all".formatted(CaseLimits.INSNS));
            }
        }
        if (listings.stream().anyMatch(XlatedForm::isRewritten)) {
            draft.guess(
                    "the listing shows code after the kernel's rewrites: accesses to the context have the kernel's own offsets");
        }
        MapGuesses.add(draft, maps.names(), programs, maps.valueSizes());
        programs.forEach(draft::program);
        return List.of(new Imported("", draft.enter(options.entry()).build()));
    }

    private static boolean isRewritten(XlatedListing listing) {
        return listing.lines().stream().anyMatch(line -> line.bytes().isPresent() || line.text().contains("map[id"));
    }

    private static String name(XlatedListing listing, Set<String> taken) {
        var name = Program.isName(listing.name()) ? listing.name() : "prog";
        var unique = name;
        for (int i = 2; !taken.add(unique); i++) {
            unique = name.substring(0, Math.min(name.length(), Program.MAX_NAME - 8)) + "_" + i;
        }
        return unique;
    }
}
