package dev.tailbound.jit;

import dev.tailbound.cases.Context;
import dev.tailbound.cases.Context.Skb;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/// Layout of a case's context in guest memory.
public interface ContextLayout {

    /// The layout that programs use: a `struct __sk_buff`, or plain memory.
    ContextLayout WRITTEN = new ContextLayout() {};

    /// Bytes of the context before a run, if placed at `address`.
    default byte[] image(Context context, long address) {
        var image = context.image();
        if (context instanceof Skb skb) {
            // The low halves of the packet's addresses; no packet exists.
            fields(image).putInt(Skb.DATA, (int) address).putInt(Skb.DATA_END, (int) address + skb.len());
        }
        return image;
    }

    /// Converts the context's bytes in memory to the layout that programs use.
    default byte[] written(Context context, byte[] memory) {
        if (context instanceof Skb) {
            fields(memory).putInt(Skb.DATA, 0).putInt(Skb.DATA_END, 0);
        }
        return memory;
    }

    private static ByteBuffer fields(byte[] image) {
        return ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    }

    /// Describes changes from `before`, its [#image], in bytes that programs cannot write.
    default Optional<String> damage(@SuppressWarnings("unused") Context context, @SuppressWarnings("unused") byte[] before,
            @SuppressWarnings("unused") byte[] memory) {
        return Optional.empty();
    }
}
