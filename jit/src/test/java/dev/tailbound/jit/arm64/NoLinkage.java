package dev.tailbound.jit.arm64;

import dev.tailbound.jit.Linkage;
import dev.tailbound.jit.ObjectLayout;

/// For functions that refer to nothing outside themselves.
enum NoLinkage implements Linkage {
    INSTANCE;

    @Override
    public long mapAddress(int map) {
        throw new AssertionError("map " + map);
    }

    @Override
    public long valueAddress(int map) {
        throw new AssertionError("value of map " + map);
    }

    @Override
    public long helperAddress(int id) {
        throw new AssertionError("helper " + id);
    }

    @Override
    public long routineAddress(int routine) {
        throw new AssertionError("routine " + routine);
    }

    @Override
    public long functionAddress(int subprogram) {
        throw new AssertionError("function " + subprogram);
    }

    @Override
    public ObjectLayout layout() {
        throw new AssertionError("layout");
    }
}
