package dev.tailbound.run.emulated;

import dev.tailbound.cases.Event;
import dev.tailbound.run.emulated.DirectTailCalls.Update;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/// What another CPU does during a run: the updates of the case's events, each of which lands between two instructions of the run.
///
/// An update waits until its event's place is reached and all updates before it have landed, and then for a number of instructions more, its delay.
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
    private int helperCalls;
    private boolean isPlaceReached;
    private long left;

    /// `address` tells where the code of an instruction starts; `delays` has a number for each update in turn.
    ConcurrentUpdates(List<SlotUpdate> slotUpdates, ToLongFunction<Event.Place.Before> address, int... delays) {
        this.slotUpdates = List.copyOf(slotUpdates);
        this.address = address;
        this.delays = Arrays.copyOf(delays, delays.length);
    }

    boolean isEmpty() {
        return slotUpdates.isEmpty();
    }

    /// Updates that have landed.
    int landed() {
        return landed;
    }

    /// Where instructions start before which the run must be stopped, to ask [#reaches].
    Set<Long> places() {
        return slotUpdates.stream().map(SlotUpdate::event).map(Event::place).filter(Event.Place.Before.class::isInstance)
                .map(place -> address.applyAsLong((Event.Place.Before) place)).collect(Collectors.toSet());
    }

    /// Called when a helper's work is done: whether the run must be stopped now.
    boolean helperCalled() {
        helperCalls++;
        return !isUnderWay() && reachIfCalled();
    }

    /// Called before the instruction at one of the places: whether the run must be stopped now.
    boolean reaches(long instruction) {
        if (isOver() || isPlaceReached || !(place() instanceof Event.Place.Before before) || address.applyAsLong(
                before) != instruction) {
            return false;
        }
        reach();
        return true;
    }

    /// Called where the run has been stopped: lands what is due. After so many instructions the next update is due; zero if it waits for its place.
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
        landed++;
        if (++update == slotUpdates.get(current).updates().size()) {
            current++;
            update = 0;
            isPlaceReached = false;
            // Its helper call may be over before its turn comes.
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
        if (!isOver() && place() instanceof Event.Place.InHelper(int number) && helperCalls >= number) {
            reach();
            return true;
        }
        return false;
    }

    private void reach() {
        isPlaceReached = true;
        left = delay();
    }

    private int delay() {
        return landed < delays.length ? delays[landed] : 0;
    }
}
