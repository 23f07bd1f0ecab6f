package dev.tailbound.run.interp;

/// Ends a run whose path depends on the addresses of objects; the message names the value that decides.
final class AddressDependence extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AddressDependence(String what) {
        super(what, null, false, false);
    }
}
