package dev.weir.stream;

import dev.weir.stream.op.SingleUse;
import dev.weir.stream.split.Part;

/**
 * The items of one key. It can be run once, and has to be run or {@linkplain #discard() discarded}: the stream it is a
 * part of stays open until then.
 */
public final class GroupedStream<K, T> {
    private final Part<K, T> part;
    private final AsyncStream<T> items;

    GroupedStream(Part<K, T> part) {
        SingleUse<Part<K, T>> once = new SingleUse<>("group", part);
        this.part = part;
        this.items = AsyncStream.recipe(() -> once.get().open());
    }

    public K key() {
        return part.key();
    }

    /** Returns the items. */
    public AsyncStream<T> items() {
        return items;
    }

    /**
     * Gives up the items that have come and, until one of this key comes again, that key. Who is reading them hears of it
     * as a completion.
     */
    public void discard() {
        part.close();
    }

    @Override
    public String toString() {
        return "GroupedStream[" + part.key() + "]";
    }
}
