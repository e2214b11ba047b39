package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gathers items into lists of n, or of what has come within a time of the first of them. An item is taken only while a
 * list is asked for, so a consumer without demand makes lists late and loses nothing. The clock is asked also when the
 * budget is used up: an upstream that always has items delays no list.
 *
 * <pre>
 * in a poll, upstream has   the list is empty     it is not
 * an item                   begin it, set time    add; give it when full
 * nothing now               pending               give it when its time has come, else pending
 * completed                 completed             give it
 * failed                    failed                failed, the list is dropped
 * </pre>
 */
public final class BufferTimeout<T> implements Source<List<T>> {
    private final Source<? extends T> upstream;
    private final int size;
    private final long nanos;
    private final Deadline time = new Deadline();
    private List<T> batch = new ArrayList<>(0);

    public BufferTimeout(Source<? extends T> upstream, int size, long nanos) {
        this.upstream = upstream;
        this.size = size;
        this.nanos = nanos;
    }

    @Override
    public @Nullable List<T> poll(Context cx) throws Exception {
        do {
            T item = upstream.poll(cx);
            if (item == null) {
                boolean due = !batch.isEmpty() && (Ending.completed(upstream, cx) || time.await(cx));
                return due ? take() : null;
            }
            if (batch.isEmpty()) {
                time.set(nanos, cx);
            }
            batch.add(item);
            if (batch.size() == size) {
                return take();
            }
        } while (cx.mayGoOn() || isDone());
        return time.hasPassed(cx) ? take() : null;
    }

    private List<T> take() {
        List<T> taken = batch;
        batch = new ArrayList<>(0);
        time.clear();
        return taken;
    }

    @Override
    public boolean isDone() {
        return batch.isEmpty() && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(time::clear).close(upstream::close).rethrow();
    }
}
