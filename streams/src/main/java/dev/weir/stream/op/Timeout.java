package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.time.Clock;
import dev.weir.time.Sleep;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Fails when an item that is waited for takes too long. The time runs from the first poll that finds none to the item;
 * without demand there is no poll, no timer and no failure. An item that is there wins, even after the deadline.
 */
public final class Timeout<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final long nanos;
    private final Supplier<? extends Exception> failure;
    private @Nullable Sleep sleep;
    private long deadline;

    public Timeout(Source<? extends T> upstream, long nanos, Supplier<? extends Exception> failure) {
        this.upstream = upstream;
        this.nanos = nanos;
        this.failure = failure;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        T item = upstream.poll(cx);
        if (item == null && !upstream.isDone()) {
            await(cx);
        } else {
            disarm();
        }
        return item;
    }

    /**
     * The clock is asked even if the sleep has no budget left: a chain that always uses it up must time out as well. But
     * not in the turn that sets the deadline, as there may be an item for which the budget was too small.
     */
    private void await(Context cx) throws Exception {
        long now = cx.service(Clock.class).nanos();
        boolean passed = sleep != null && deadline - now <= 0;
        if (sleep == null) {
            deadline = now + nanos;
            sleep = Sleep.until(deadline);
        }
        if (passed || sleep.poll(cx).isReady()) {
            throw failure.get();
        }
    }

    private void disarm() {
        if (sleep != null) {
            sleep.close();
            sleep = null;
        }
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(this::disarm).close(upstream::close).rethrow();
    }
}
