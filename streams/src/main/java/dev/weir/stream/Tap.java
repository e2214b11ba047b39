package dev.weir.stream;

import dev.weir.stream.StreamListener.Outcome;
import dev.weir.stream.op.Answer;
import dev.weir.stream.op.Ending;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.time.Clock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells a listener of a run's start, of what is asked for, of each item and of the end, and keeps the time. Not among the
 * other operators, since those know neither users' types nor where drops go.
 */
final class Tap<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Supplier<? extends StreamListener<? super T>> listeners;
    /** Null before the first poll, and again behind the end. */
    private @Nullable StreamListener<? super T> listener;

    /** Null before the first poll. */
    private @Nullable Clock clock;

    private long begun;
    private long items;
    /** An item has been asked for and has not come. */
    private boolean asked;

    private long askedAt;
    /** When the last item came, or else the run began. */
    private long cameAt;

    /**
     * @param listeners makes one in the first poll of the run
     */
    Tap(Source<? extends T> upstream, Supplier<? extends StreamListener<? super T>> listeners) {
        this.upstream = upstream;
        this.listeners = listeners;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        Clock time = clock != null ? clock : start(cx);
        if (!asked && !upstream.isDone()) { // a poll of a source that is done only asks how it has ended
            asked = true;
            askedAt = time.nanos();
            tellRequest(askedAt - cameAt);
        }
        try {
            T item = upstream.poll(cx);
            if (item != null) {
                asked = false;
                items++;
                cameAt = time.nanos();
                tellItem(item, cameAt - askedAt);
            } else if (Ending.completed(upstream, cx)) {
                tellEnd(Outcome.COMPLETED, null);
            }
            return item;
        } catch (Throwable failure) {
            tellEnd(Outcome.FAILED, failure);
            throw failure;
        }
    }

    private Clock start(Context cx) {
        Clock time = cx.service(Clock.class);
        listener = Answer.of(listeners.get(), "tap: the supplier");
        clock = time;
        begun = time.nanos();
        cameAt = begun;
        try {
            listener.onStart();
        } catch (Throwable thrown) {
            report(thrown);
        }
        return time;
    }

    private void tellRequest(long idle) {
        if (listener != null) {
            try {
                listener.onRequest(idle);
            } catch (Throwable thrown) {
                report(thrown);
            }
        }
    }

    private void tellItem(T item, long waited) {
        if (listener != null) {
            try {
                listener.onItem(item, waited);
            } catch (Throwable thrown) {
                report(thrown);
            }
        }
    }

    /** Once, and nothing after it. */
    private void tellEnd(Outcome outcome, @Nullable Throwable failure) {
        StreamListener<? super T> last = listener;
        listener = null;
        if (last != null && clock != null) {
            try {
                last.onEnd(outcome, failure, items, clock.nanos() - begun);
            } catch (Throwable thrown) {
                report(thrown);
            }
        }
    }

    private static void report(Throwable thrown) {
        Drops.failure("tap", thrown);
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        tellEnd(Outcome.CANCELLED, null);
        upstream.close();
    }
}
