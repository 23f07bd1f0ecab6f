package dev.tailbound.jit.arm64;

/// x26 in kernels before 6.0, where subprograms could not tail-call: every function initialises it to 0.
///
/// Those kernels rejected programs with both tail calls and subprograms. Here they are compiled to show the resulting bug: a subprogram that
/// tail-calls its calling program restarts the count each time.
public class OwnX26Scheme extends X26Scheme {

    @Override
    public String name() {
        return "own-x26";
    }

    @Override
    protected boolean startsCount(FrameLayout frame) {
        return true;
    }
}
