package dev.tailbound.doctor;

import java.util.Optional;

/// The state of one tool, library or folder that Tailbound uses.
///
/// @param name     such as `QEMU arm64`
/// @param required whether the default engines need it
/// @param version  empty if there is none
/// @param path     empty if there is none
/// @param note     a remark, such as why it is broken; may be empty
/// @param missing  the file to install, by its name in the package table
public record Item(String name, State state, boolean required, String version, String path, String note,
        Optional<String> missing) {

    /// Whether it can be used.
    public enum State {
        OK, MISSING, BROKEN
    }

    static Item found(String name, String version, String path) {
        return new Item(name, State.OK, false, version, path, "", Optional.empty());
    }

    static Item noted(String name, String note) {
        return new Item(name, State.OK, false, "", "", note, Optional.empty());
    }

    static Item missing(String name, String file) {
        return new Item(name, State.MISSING, false, "", "", "missing: " + file, Optional.of(file));
    }

    static Item broken(String name, String path, String why) {
        return new Item(name, State.BROKEN, false, "", path, why, Optional.empty());
    }

    /// The same item, required by the default engines.
    Item need() {
        return new Item(name, state, true, version, path, note, missing);
    }

    /// Whether it keeps the default engines from running.
    public boolean isFatal() {
        return required && state != State.OK;
    }
}
