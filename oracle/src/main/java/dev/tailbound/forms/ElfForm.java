package dev.tailbound.forms;

import dev.tailbound.forms.elf.BpfObject;
import dev.tailbound.isa.BadInput;
import java.util.List;

/// ELF objects of clang and GCC for BPF: one case, which enters one program of the object and has those named by program arrays.
final class ElfForm implements Form {
    @Override
    public String word() {
        return "elf";
    }

    @Override
    public String phrase() {
        return "an object file of clang or GCC for BPF";
    }

    @Override
    public boolean recognizes(Source source) {
        return BpfObject.hasMagic(source.bytes());
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        try {
            return List.of(new Imported("", new ElfCase(source, BpfObject.read(source.file(), source.bytes()), options).read()));
        } catch (IllegalArgumentException misfit) {
            throw new BadInput(source.file(), misfit.getMessage());
        }
    }
}
