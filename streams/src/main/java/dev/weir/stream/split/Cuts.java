package dev.weir.stream.split;

import dev.weir.stream.op.Closer;
import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Precedence;
import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Says to which window an item belongs, one window after the other: each ends when another source gives an item, unless
 * it is empty. The end of that source is the end of all. It is asked before upstream, unless it has used up the budget
 * before.
 */
public final class Cuts<T> implements Source<Placed<T>> {
    private final Source<? extends T> upstream;
    private final Source<?> boundaries;
    private final Precedence order = new Precedence(Precedence.OTHER);
    private long window;
    private boolean empty = true;
    private boolean ended;

    public Cuts(Source<? extends T> upstream, Source<?> boundaries) {
        this.upstream = upstream;
        this.boundaries = boundaries;
    }

    @Override
    public @Nullable Placed<T> poll(Context cx) throws Exception {
        do {
            if (ended || Ending.completed(upstream, cx)) {
                ended = true; // also if a window is to be cut: it ends with all
                return null;
            }
            boolean cut = false;
            for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    T item = upstream.poll(cx);
                    if (item != null) {
                        empty = false;
                        return new Placed<>(window, item, false);
                    }
                } else {
                    cut = boundaries.poll(cx) != null;
                    if (cut && !empty) {
                        empty = true;
                        return new Placed<>(window++, null, true);
                    }
                    if (!cut && Ending.completed(boundaries, cx)) {
                        ended = true;
                        return null;
                    }
                }
            }
            if (!cut) {
                return null;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return ended || upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(boundaries::close).close(upstream::close).rethrow();
    }
}
