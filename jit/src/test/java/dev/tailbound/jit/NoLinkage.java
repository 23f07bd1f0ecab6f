package dev.tailbound.jit;

/// Linkage for programs without external references; tests override single methods.
public interface NoLinkage extends Linkage {
    NoLinkage INSTANCE = new NoLinkage() {};

    @Override
    default long mapAddress(int map) {
        throw new AssertionError("map " + map);
    }

    @Override
    default long valueAddress(int map) {
        throw new AssertionError("value of map " + map);
    }

    @Override
    default long helperAddress(int id) {
        throw new AssertionError("helper " + id);
    }

    @Override
    default long routineAddress(int routine) {
        throw new AssertionError("routine " + routine);
    }

    @Override
    default long functionAddress(int subprogram) {
        throw new AssertionError("function " + subprogram);
    }

    @Override
    default ObjectLayout layout() {
        throw new AssertionError("layout");
    }
}
