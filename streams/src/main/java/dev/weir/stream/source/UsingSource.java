package dev.weir.stream.source;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Answer;
import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Failures;
import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Acquires a resource in the first poll, gives the items of the source made from it, and releases it: after that source
 * was closed, and before the end is told, which waits for the release. A release that fails makes a completion a
 * failure, and is suppressed in a failure.
 *
 * <pre>
 * event \ state      NEW                 IN USE               RELEASING            ENDED
 * poll               IN USE, *acquire*   item, or pending     pending              the end
 * the source ends    -                   RELEASING, *close*   -                    -
 * released           -                   -                    ENDED                -
 * close              -                   *close*, *spawn the release*   *spawn what is left of it*   -
 * </pre>
 *
 * <p>A release that does not wait needs no item to be asked for: it is made when the end is asked about. One that waits
 * would have to be polled on without an item, which nobody does, so it begins when the next item is wanted.
 *
 * <p>A run that is closed early cannot wait; its release goes on as a task of the runtime, which a shutdown cancels.
 */
public final class UsingSource<R, T> implements Source<T> {
    /** What is left to do for a release that has been made already: nothing. */
    public static final Pollable<@Nullable Void> RELEASED = cx -> Poll.done();

    private final Callable<? extends R> acquire;
    private final Function<? super R, ? extends Source<? extends T>> use;
    private final Function<? super R, ? extends Pollable<?>> release;
    private final boolean releaseWaits;

    private @Nullable TaskRuntime runtime;
    private @Nullable R resource;
    private @Nullable Source<? extends T> items;
    private @Nullable Pollable<?> releasing;
    private @Nullable Throwable failure;
    private boolean ended;

    /**
     * @param releaseWaits false if the release never waits: it makes {@link #RELEASED}
     */
    public UsingSource(
            Callable<? extends R> acquire,
            Function<? super R, ? extends Source<? extends T>> use,
            Function<? super R, ? extends Pollable<?>> release,
            boolean releaseWaits) {
        this.acquire = acquire;
        this.use = use;
        this.release = release;
        this.releaseWaits = releaseWaits;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (ended) {
            return null;
        }
        if (releasing == null) {
            T item = pollItem(cx);
            if (item != null || releasing == null) {
                return item;
            }
        }
        Pollable<?> last = Objects.requireNonNull(releasing);
        try {
            if (last.poll(cx).isPending()) {
                return null;
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
        ended = true;
        releasing = null;
        close(last::close);
        Failures.rethrow(failure);
        return null;
    }

    /** Null and a release that has begun: the source has ended. */
    private @Nullable T pollItem(Context cx) throws Exception {
        R held = resource;
        if (held == null) {
            runtime = cx.host().service(TaskRuntime.class);
            held = Answer.of(acquire.call(), "using: acquire");
            resource = held;
        }
        try {
            if (items == null) {
                items = use.apply(held);
            }
            T item = items.poll(cx);
            if (item != null || !Ending.completed(items, cx)) {
                return item;
            }
        } catch (Throwable thrown) {
            failed(thrown);
        }
        closeItems();
        begin(held);
        return null;
    }

    private void closeItems() {
        Source<?> toClose = items;
        items = null;
        if (toClose != null) {
            close(toClose::close);
        }
    }

    private void close(Runnable close) {
        try {
            close.run();
        } catch (Throwable thrown) {
            failed(thrown);
        }
    }

    private void begin(R held) {
        try {
            releasing = Answer.of(release.apply(held), "using: release");
        } catch (Throwable thrown) {
            failed(thrown);
            releasing = RELEASED;
        }
    }

    private void failed(Throwable thrown) {
        failure = Failures.firstOf(failure, thrown);
    }

    /** When the items have ended none follows, but only a poll can close and release; it may throw then (S3). */
    @Override
    public boolean isDone() {
        return ended || (!releaseWaits && items != null && items.isDone());
    }

    @Override
    public void close() {
        R held = resource;
        if (ended || held == null) {
            return;
        }
        if (releasing == null) {
            closeItems();
            begin(held);
        }
        Pollable<?> left = Objects.requireNonNull(releasing);
        ended = true;
        if (runtime != null && left != RELEASED) {
            runtime.spawn(new Rest(left));
        } else {
            left.close();
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure != null) {
            Drops.failure("using", failure);
        }
    }

    /** The release of a run that was closed early. Nobody waits for it, so what becomes of it is told here. */
    private static final class Rest implements Pollable<@Nullable Void> {
        private final Pollable<?> release;
        private boolean ended;

        Rest(Pollable<?> release) {
            this.release = release;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            try {
                if (release.poll(cx).isPending()) {
                    return Poll.pending();
                }
            } catch (Throwable thrown) {
                Drops.failure("using", thrown);
            }
            ended = true;
            return Poll.done();
        }

        @Override
        public void close() {
            release.close();
            if (!ended) {
                Drops.failure(
                        "using",
                        new CancellationException("the release was ended early by the shutdown of its runtime"));
            }
        }
    }
}
