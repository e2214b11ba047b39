package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Closes an upstream that has failed, waits, and opens it anew. Between the attempts nothing is open. Errors ({@link
 * Error}) pass.
 *
 * <pre>
 * event \ state       TRYING                        WAITING
 * an item             given                         -
 * completed           completed                     -
 * failed              WAITING, *close, set timer*,  -
 *                     or failed if given up
 * the time has come   -                             TRYING, *open*
 * </pre>
 */
public final class RetryLater<T> implements Source<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private final ToLongFunction<? super Exception> delay;
    private final Deadline pause = new Deadline();
    /** Null while waiting. */
    private @Nullable Source<? extends T> attempt;

    private @Nullable Exception last;
    private boolean completed;

    /**
     * @param upstream the first attempt
     * @param open makes every further one
     * @param delay tells how many nanoseconds to wait after a failure; a negative number lets the failure pass
     */
    public RetryLater(
            Source<? extends T> upstream,
            Supplier<? extends Source<? extends T>> open,
            ToLongFunction<? super Exception> delay) {
        this.attempt = upstream;
        this.open = open;
        this.delay = delay;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            Source<? extends T> source = attempt;
            if (source == null) {
                if (completed || !pause.await(cx)) {
                    return null;
                }
                source = reopen();
            }
            try {
                T item = source.poll(cx);
                completed = item == null && Ending.completed(source, cx);
                return item;
            } catch (Exception failure) {
                pauseAfter(failure, source, cx);
            }
        } while (cx.mayGoOn());
        return null;
    }

    private Source<? extends T> reopen() {
        pause.clear();
        Exception before = last;
        last = null;
        try {
            Source<? extends T> opened = open.get();
            attempt = opened;
            return opened;
        } catch (Throwable thrown) {
            completed = true;
            Failures.suppressIn(thrown, Objects.requireNonNull(before));
            throw thrown;
        }
    }

    private void pauseAfter(Exception failure, Source<? extends T> failed, Context cx) throws Exception {
        try {
            long nanos = delay.applyAsLong(failure);
            if (nanos < 0) {
                throw failure;
            }
            attempt = null;
            last = failure;
            failed.close();
            pause.set(nanos, cx);
        } catch (Throwable thrown) {
            completed = true;
            Failures.suppressIn(thrown, failure);
            throw thrown;
        }
    }

    /** An upstream that is done may have failed, and then items may follow: only a poll can tell. */
    @Override
    public boolean isDone() {
        return completed;
    }

    @Override
    public void close() {
        Closer closer = new Closer().close(pause::clear);
        if (attempt != null) {
            closer.close(attempt::close);
        }
        closer.rethrow();
    }
}
