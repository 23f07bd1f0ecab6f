package dev.tailbound.jit.arm64;

/// x26 as kernels before 6.0 used it, where no subprogram could tail-call: every function starts it at 0.
///
/// Those kernels refused programs with both tail calls and subprograms; here such programs are compiled, so that what would have come of it can be
/// seen: a subprogram that tail-calls the program which called it counts anew each time.
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
