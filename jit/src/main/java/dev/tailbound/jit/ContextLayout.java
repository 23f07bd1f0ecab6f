package dev.tailbound.jit;

import dev.tailbound.cases.Context;
import dev.tailbound.cases.Context.Skb;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// How the context of a case lies in the memory of a guest.
public interface ContextLayout {

    /// As programs are written for it: a `struct __sk_buff`, or memory as it is.
    ContextLayout WRITTEN = new ContextLayout() {};

    /// Its bytes before a run, where they begin at `address`.
    default byte[] image(Context context, long address) {
        var image = context.image();
        if (context instanceof Skb skb) {
            // As much of the packet's addresses as there is room for; no packet is there.
            fields(image).putInt(Skb.DATA, (int) address).putInt(Skb.DATA_END, (int) address + skb.len());
        }
        return image;
    }

    /// Its bytes as programs are written for it, where these are what lies in memory.
    default byte[] written(Context context, byte[] memory) {
        if (context instanceof Skb) {
            fields(memory).putInt(Skb.DATA, 0).putInt(Skb.DATA_END, 0);
        }
        return memory;
    }

    private static ByteBuffer fields(byte[] image) {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// What has changed of `before`, its [#image], that no program can change.
    default Optional<String> damage(@SuppressWarnings("unused") Context context, @SuppressWarnings("unused") byte[] before,
            @SuppressWarnings("unused") byte[] memory) {
        return Optional.empty();
    }
}
