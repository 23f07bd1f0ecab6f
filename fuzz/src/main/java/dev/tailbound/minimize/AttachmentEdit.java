package dev.tailbound.minimize;

import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.Case;
import dev.tailbound.isa.Program;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Changes of a case's attachments.
final class AttachmentEdit {
    private AttachmentEdit() {}

    /// The attachments among these programs.
    static Attachments among(Case source, List<Program> programs) {
        var names = programs.stream().map(Program::name).toList();
        return new Attachments(source.attachments().rule(), source.attachments().list().stream()
                .filter(attachment -> names.contains(attachment.program()) && names.contains(attachment.target())).toList());
    }

    /// One case per attachment, without it; the attached program stays.
    static Stream<Case> dropped(Case source) {
        var list = source.attachments().list();
        return IntStream.range(0, list.size())
                .mapToObj(gone -> source.withAttachments(new Attachments(source.attachments().rule(),
                        IntStream.range(0, list.size()).filter(i -> i != gone).mapToObj(list::get).toList())));
    }
}
