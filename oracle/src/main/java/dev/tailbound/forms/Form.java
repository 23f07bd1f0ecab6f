package dev.tailbound.forms;

import java.util.List;

/// An input form of BPF programs, such as an object file or a verifier log.
///
/// Forms are recognized by content, not by file name. Facts that a form does not state (maps, slots, context) get defaults; a comment of the
/// case lists each default as a guess.
public interface Form {
    /// The word of `--as`, such as `xlated`.
    String word();

    /// The description of the form in help: `a verifier log, or the output of bpftool prog dump xlated`.
    String phrase();

    /// Whether the input is in this form, and not merely text that contains a piece of it. Never throws.
    boolean recognizes(Source source);

    /// The cases of an input, at least one; throws [dev.tailbound.isa.BadInput], whose place is the file and, for text, the line.
    List<Imported> read(Source source, ImportOptions options);
}
