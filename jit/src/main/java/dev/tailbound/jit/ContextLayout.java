package dev.tailbound.jit;

import dev.tailbound.cases.Context;
import java.util.Optional;

/// How the context of a case lies in the memory of a guest.
public interface ContextLayout {

    /// As programs are written for it: a `struct __sk_buff`, or memory as it is.
    ContextLayout WRITTEN = new ContextLayout() {};

    /// Its bytes before a run, where they begin at `address`.
    default byte[] image(Context context, @SuppressWarnings("unused") long address) {
        return context.image();
    }

    /// Its bytes as programs are written for it, where these are what lies in memory.
    default byte[] written(@SuppressWarnings("unused") Context context, byte[] memory) {
        return memory;
    }

    /// What of the bytes before a run has changed that no program can change.
    default Optional<String> damage(@SuppressWarnings("unused") Context context, @SuppressWarnings("unused") long address,
            @SuppressWarnings("unused") byte[] memory) {
        return Optional.empty();
    }
}
