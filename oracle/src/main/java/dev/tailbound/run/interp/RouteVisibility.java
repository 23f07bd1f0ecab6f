package dev.tailbound.run.interp;

import java.util.List;

/// What the tail calls of a run must see to go where they are known to have gone.
final class RouteVisibility implements Slots.Visibility {
    private final List<String> route;
    private int gone;

    /// Ends a run that cannot take the route.
    static final class OffRoute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private OffRoute() {
            super("a tail call cannot see what it should", null, false, false);
        }
    }

    /// `route` has a program for each tail call, in order, empty where it falls through.
    RouteVisibility(List<String> route) {
        this.route = List.copyOf(route);
    }

    /// Throws [OffRoute] for a tail call more than there are on the route.
    @Override
    public void tailCall() {
        if (gone++ == route.size()) {
            throw new OffRoute();
        }
    }

    /// The oldest that fits, after which everything is possible that is after others. Throws [OffRoute] where none does.
    @Override
    public int pick(List<String> contents) {
        int picked = contents.indexOf(route.get(gone - 1));
        if (picked < 0) {
            throw new OffRoute();
        }
        return picked;
    }
}
