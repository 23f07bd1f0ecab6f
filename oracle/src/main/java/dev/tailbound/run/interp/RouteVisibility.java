package dev.tailbound.run.interp;

import java.util.List;

/// Picks the slot contents that make a run's tail calls follow a given route.
final class RouteVisibility implements Slots.Visibility {
    private final List<String> route;
    private int gone;

    /// Ends a run that cannot take the route.
    static final class OffRoute extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private OffRoute() {
            super("a tail call cannot see the slot contents that the route needs", null, false, false);
        }
    }

    /// `route` has the target program of each tail call in order, empty if it falls through.
    RouteVisibility(List<String> route) {
        this.route = List.copyOf(route);
    }

    /// Throws [OffRoute] if the run makes more tail calls than the route has.
    @Override
    public void tailCall() {
        if (gone++ == route.size()) {
            throw new OffRoute();
        }
    }

    /// Picks the oldest match, because it leaves most choices for later tail calls. Throws [OffRoute] if there is none.
    @Override
    public int pick(List<String> contents) {
        int picked = contents.indexOf(route.get(gone - 1));
        if (picked < 0) {
            throw new OffRoute();
        }
        return picked;
    }
}
