package dev.tailbound.jit;

import dev.tailbound.cases.Attachment.Kind;
import dev.tailbound.cases.Attachments;
import dev.tailbound.cases.Case;
import java.util.ArrayList;
import java.util.List;

/// Attaches a case's programs to functions of its images: places trampolines in the guest and patches the functions' entries.
final class Attacher {
    private final Trampolines backend;
    private final LinkTarget guest;
    private final Case source;
    private final List<Image> images;

    Attacher(Trampolines backend, LinkTarget guest, Case source, List<Image> images) {
        this.backend = backend;
        this.guest = guest;
        this.source = source;
        this.images = images;
    }

    /// The images with patched entries.
    List<Image> attach() {
        var attached = new ArrayList<Image>();
        for (int program = 0; program < images.size(); program++) {
            attached.add(attachments().sites(source.programs().get(program).name()).isEmpty()
                    ? images.get(program)
                    : attached(program));
        }
        return attached;
    }

    private Attachments attachments() {
        return source.attachments();
    }

    private Image attached(int program) {
        var around = new ArrayList<Image.Around>();
        var functions = new ArrayList<>(images.get(program).functions());
        for (int i = 0; i < functions.size(); i++) {
            var label = i == 0 ? "" : images.get(program).lowered().subprograms().get(i).name();
            functions.set(i, function(program, i, label, around));
        }
        return new Image(images.get(program).lowered(), functions, around);
    }

    private Image.Function function(int program, int index, String label, List<Image.Around> around) {
        var function = images.get(program).functions().get(index);
        var target = source.programs().get(program).name();
        if (!attachments().sites(target).contains(label)) {
            return function;
        }
        var extensions = entries(target, label, Kind.FREPLACE);
        if (!extensions.isEmpty()) {
            return goingTo(extensions.getFirst(), function, false);
        }
        boolean counts = images.get(program).lowered().subprograms().getFirst().tailCallReachable();
        var plan = new Trampoline(function.address() + backend.entryEnd(), entries(target, label, Kind.FENTRY),
                entries(target, label, Kind.FMOD_RET), entries(target, label, Kind.FEXIT), counts, guest.programEnter(),
                guest.programExit());
        long address = guest.nextCode();
        var code = backend.trampoline(plan, address);
        guest.allocateCode(code.length);
        guest.placeCode(address, code);
        around.add(new Image.Around(index, plan, address, code));
        return goingTo(address, function, true);
    }

    private Image.Function goingTo(long target, Image.Function function, boolean links) {
        int size = backend.branch(0, 0, links).length;
        int at = backend.entryEnd() - size;
        return function.patched(at, backend.branch(function.address() + at, target, links));
    }

    private List<Long> entries(String target, String label, Kind kind) {
        return attachments().at(target, label, kind).stream()
                .map(attachment -> images.get(source.programIndex(attachment.program())).entry()).toList();
    }
}
