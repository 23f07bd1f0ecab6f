package dev.tailbound.run.interp;

/// Ends a run that goes on in another way where objects lie elsewhere; the message names what decides.
final class AddressDependence extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AddressDependence(String what) {
        super(what, null, false, false);
    }
}
