package dev.tailbound.run.emulated;

import dev.tailbound.cases.Event;
import dev.tailbound.run.emulated.DirectTailCalls.Update;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// Updates by another CPU during a run: those of the case's events, each applied between two instructions of the run.
///
/// An update is applied once its event's place is reached, all earlier updates have been applied, and a number of further instructions, its delay,
/// has run. A helper call that an update has to precede returns after it and all earlier ones have been applied.
final class ConcurrentUpdates {
    static final ConcurrentUpdates NONE = new ConcurrentUpdates(List.of(), _ -> EmulatedMachine.NOWHERE);

    /// An event with its updates.
    record SlotUpdate(Event event, List<Update> updates) {
        SlotUpdate {
            updates = List.copyOf(updates);
        }
    }

    private final List<SlotUpdate> slotUpdates;
    private final ToLongFunction<Event.Place.Before> address;
    private final int[] delays;
    private int current;
    private int update;
    private int landed;
    private final BitSet delayed = new BitSet();
    private int helperCalls;
    private boolean isPlaceReached;
    private long left;

    /// `address` maps an instruction to the start of its code; `delays` has one number per update, in order.
    ConcurrentUpdates(List<SlotUpdate> slotUpdates, ToLongFunction<Event.Place.Before> address, int... delays) {
        this.slotUpdates = List.copyOf(slotUpdates);
        this.address = address;
        this.delays = Arrays.copyOf(delays, delays.length);
    }

    boolean isEmpty() {
        return slotUpdates.isEmpty();
    }

    /// Number of applied updates.
    int landed() {
        return landed;
    }

    /// The applied updates that were applied when their delays had passed, and not because a helper call waited for them.
    BitSet delayed() {
        return (BitSet) delayed.clone();
    }

    /// Addresses of instructions before which the run must stop to call [#reaches].
    Set<Long> places() {
        return slotUpdates.stream().map(SlotUpdate::event).map(Event::place).filter(Event.Place.Before.class::isInstance)
                .map(place -> address.applyAsLong((Event.Place.Before) place)).collect(Collectors.toSet());
    }

    /// Called after a helper's work: whether the run must stop now.
    boolean helperCalled() {
        helperCalls++;
        if (isUnderWay() && isAwaited()) {
            left = 0;
            return true;
        }
        return !isUnderWay() && reachIfCalled();
    }

    /// Whether a helper call that has begun returns only after the next update.
    private boolean isAwaited() {
        for (int i = current; i < slotUpdates.size(); i++) {
            switch (slotUpdates.get(i).event().place()) {
                case Event.Place.ByHelper(int number) when helperCalls >= number -> {
                    return true;
                }
                case Event.Place.InHelper(int number) when helperCalls >= number -> {
                    // Its update may be awaited together with a later one.
                }
                case Event.Place.InHelper _,Event.Place.ByHelper _,Event.Place.Before _ -> {
                    return false;
                }
            }
        }
        return false;
    }

    /// Called before the instruction at one of the places: whether the run must stop now.
    boolean reaches(long instruction) {
        if (isOver() || isPlaceReached || !(place() instanceof Event.Place.Before before)
                || address.applyAsLong(before) != instruction) {
            return false;
        }
        reach();
        return true;
    }

    /// Called after the run has stopped: applies all due updates. Returns the number of instructions until the next one is due; zero if it waits for
    /// its place.
    long land(Consumer<Update> lander) {
        while (isUnderWay()) {
            if (left > 0) {
                long delay = left;
                left = 0;
                return delay;
            }
            landNext(lander);
        }
        return 0;
    }

    private void landNext(Consumer<Update> lander) {
        var next = slotUpdates.get(current).updates().get(update);
        if (next instanceof Update.Wait) {
            current = slotUpdates.size();
            return;
        }
        lander.accept(next);
        delayed.set(landed, !isAwaited());
        landed++;
        if (++update == slotUpdates.get(current).updates().size()) {
            current++;
            update = 0;
            isPlaceReached = false;
            // The helper call may have ended before earlier updates were applied.
            reachIfCalled();
        } else {
            left = delay();
        }
    }

    private boolean isUnderWay() {
        return !isOver() && isPlaceReached;
    }

    private boolean isOver() {
        return current == slotUpdates.size();
    }

    private Event.Place place() {
        return slotUpdates.get(current).event().place();
    }

    private boolean reachIfCalled() {
        boolean isCalled = !isOver() && switch (place()) {
            case Event.Place.InHelper(int number) -> helperCalls >= number;
            case Event.Place.ByHelper(int number) -> helperCalls >= number;
            case Event.Place.Before _ -> false;
        };
        if (isCalled) {
            reach();
        }
        return isCalled;
    }

    private void reach() {
        isPlaceReached = true;
        left = delay();
    }

    private int delay() {
        return landed < delays.length && !isAwaited() ? delays[landed] : 0;
    }
}
