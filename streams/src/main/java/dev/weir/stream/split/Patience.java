package dev.weir.stream.split;

import dev.weir.stream.op.Deadline;
import dev.weir.task.Context;
import java.time.Duration;

/** How long one who is polled bears that an item is kept and nothing pulled. It begins anew with each item. */
final class Patience {
    private final Deadline deadline = new Deadline();
    private long item;

    /**
     * Tells whether it is lost; if not, the waker of the context is woken when it will be.
     *
     * @param number tells the item that is kept from others
     */
    boolean isLost(long number, long nanos, Context cx) {
        if (!deadline.isSet() || item != number) {
            item = number;
            deadline.set(nanos, cx);
        }
        return deadline.await(cx);
    }

    /** Nothing is kept, or the wait is over. */
    void clear() {
        deadline.clear();
    }

    /** Says what was waited for. */
    static IllegalStateException lost(Part<?, ?> part, int capacity, long nanos) {
        String what = part.announced
                ? "nobody has opened the part %s for %s, it holds %d items, and others wait: open each part as it is given"
                : "nobody has taken a part for %2$s, %3$d are held until they are, the part %1$s would be one more, and"
                        + " others wait: take each part as it comes";
        return new IllegalStateException(String.format(what, part.key, Duration.ofNanos(nanos), capacity)
                + " (for flatMap, a concurrency of at least the number of parts), discard it, or hold more");
    }
}
