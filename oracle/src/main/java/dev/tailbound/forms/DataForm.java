package dev.tailbound.forms;

import java.util.List;

/// Test files of bpf_conformance, a program and its result in one: see [DataFile].
final class DataForm implements Form {
    @Override
    public String word() {
        return "data";
    }

    @Override
    public String phrase() {
        return "a .data file of bpf_conformance or ubpf";
    }

    @Override
    public boolean recognizes(Source source) {
        return DataFile.begins(source);
    }

    @Override
    public List<Imported> read(Source source, ImportOptions options) {
        return List.of(new Imported("", DataFile.parse(source).toCase()));
    }
}
