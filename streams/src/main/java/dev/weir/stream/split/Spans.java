package dev.weir.stream.split;

import dev.weir.stream.op.Closer;
import dev.weir.stream.op.Deadline;
import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Says to which window an item belongs, one window after the other: each ends with its nth item, or a time after its
 * first. An upstream that always has items delays no end: the clock is asked before each.
 *
 * <pre>
 * in a poll, upstream has   the window is empty      it is not
 * an item                   give it, set time        give it, the nth as the last; if the time has come, first the end
 * nothing now               pending                  give the end when its time has come, else pending
 * ended                     ended                    ended
 * </pre>
 */
public final class Spans<T> implements Source<Placed<T>> {
    private final Source<? extends T> upstream;
    private final int size;
    private final long nanos;
    private final Deadline time = new Deadline();
    private long window;
    private int count;

    public Spans(Source<? extends T> upstream, int size, long nanos) {
        this.upstream = upstream;
        this.size = size;
        this.nanos = nanos;
    }

    @Override
    public @Nullable Placed<T> poll(Context cx) throws Exception {
        if (count > 0 && !upstream.isDone() && time.hasPassed(cx)) {
            return end(null);
        }
        T item = upstream.poll(cx);
        if (item == null) {
            return count > 0 && !upstream.isDone() && time.await(cx) ? end(null) : null;
        }
        if (count == 0) {
            time.set(nanos, cx);
        }
        return ++count == size ? end(item) : new Placed<>(window, item, false);
    }

    private Placed<T> end(@Nullable T item) {
        count = 0;
        time.clear();
        return new Placed<>(window++, item, true);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(time::clear).close(upstream::close).rethrow();
    }
}
