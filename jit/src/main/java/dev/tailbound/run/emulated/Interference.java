package dev.tailbound.run.emulated;

import dev.tailbound.cases.Event;
import dev.tailbound.run.emulated.DirectTailCalls.Update;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/// What another CPU does during a run: the updates of the case's events, each of which lands between two instructions of the run.
///
/// An update waits until its event's place is reached and all updates before it have landed, and then for a number of instructions more, its delay.
final class Interference {

    /// An event with its updates.
    record Act(Event event, List<Update> updates) {
        Act {
            updates = List.copyOf(updates);
        }
    }

    private final List<Act> acts;
    private final ToLongFunction<Event.Place.Before> address;
    private final int[] delays;
    private int act;
    private int update;
    private int landed;
    private int helperCalls;
    private boolean isPlaceReached;
    private long left;

    /// `address` tells where the code of an instruction starts; `delays` has a number for each update in turn.
    Interference(List<Act> acts, ToLongFunction<Event.Place.Before> address, int... delays) {
        this.acts = List.copyOf(acts);
        this.address = address;
        this.delays = Arrays.copyOf(delays, delays.length);
        prepare();
    }

    /// Updates that have landed.
    int landed() {
        return landed;
    }

    /// Called when a helper's work is done.
    void helperCalled() {
        helperCalls++;
        if (!isOver() && !isPlaceReached && place() instanceof Event.Place.InHelper(int number) && helperCalls >= number) {
            reach();
        }
    }

    /// Called before each instruction: whether an update lands here, so that the run must be stopped.
    boolean isDueBefore(long instruction) {
        if (isOver()) {
            return false;
        }
        if (!isPlaceReached && place() instanceof Event.Place.Before before && address.applyAsLong(before) == instruction) {
            reach();
        }
        return isPlaceReached && left-- == 0;
    }

    /// Lands the update that is due, and those that follow without delay.
    void land(Consumer<Update> lander) {
        do {
            var next = acts.get(act).updates().get(update);
            if (next instanceof Update.Wait) {
                act = acts.size();
                return;
            }
            lander.accept(next);
            landed++;
            if (++update == acts.get(act).updates().size()) {
                act++;
                update = 0;
                isPlaceReached = false;
                prepare();
            } else {
                left = delay();
            }
        } while (!isOver() && isPlaceReached && left == 0);
    }

    private boolean isOver() {
        return act == acts.size();
    }

    private Event.Place place() {
        return acts.get(act).event().place();
    }

    /// An event's helper call may be over before its turn comes.
    private void prepare() {
        if (!isOver() && place() instanceof Event.Place.InHelper(int number) && helperCalls >= number) {
            reach();
        }
    }

    private void reach() {
        isPlaceReached = true;
        left = delay();
    }

    private int delay() {
        return landed < delays.length ? delays[landed] : 0;
    }
}
