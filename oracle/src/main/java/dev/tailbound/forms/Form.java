package dev.tailbound.forms;

import java.util.List;

/// A form in which people hold BPF programs, such as an object file or a verifier log.
///
/// Each form is recognized by its content, so that a file's name says nothing. What a form does not state (maps, slots, context) is a default, and
/// each default is a guess in the comment of the case.
public interface Form {
    /// The word of `--as`, such as `xlated`.
    String word();

    /// What the form is, in a line of help: `a verifier log, or the output of bpftool prog dump xlated`.
    String phrase();

    /// Whether the input is in this form, and not merely text in which a piece of this form occurs. Never throws, whatever the bytes are.
    boolean recognizes(Source source);

    /// The cases of an input, at least one; throws [dev.tailbound.isa.BadInput], whose place is the file and, for text, the line.
    List<Imported> read(Source source, ImportOptions options);
}
