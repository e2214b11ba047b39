package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes an upstream that has failed and opens it anew, as long as a predicate wants it. Items given before stay given.
 * Errors ({@link Error}) pass.
 */
public final class Retry<T> implements Source<T> {
    private final Supplier<? extends Source<? extends T>> open;
    private final Predicate<? super Exception> wanted;
    private @Nullable Source<? extends T> upstream;
    private boolean completed;

    /**
     * @param upstream the first attempt
     * @param open makes every further one
     */
    public Retry(
            Source<? extends T> upstream,
            Supplier<? extends Source<? extends T>> open,
            Predicate<? super Exception> wanted) {
        this.upstream = upstream;
        this.open = open;
        this.wanted = wanted;
    }

    /** Returns a predicate that wants n attempts and no more; one for each run. */
    public static Predicate<Exception> times(long n) {
        return new Predicate<>() {
            private long left = n;

            @Override
            public boolean test(Exception failure) {
                return left > 0 && left-- > 0;
            }
        };
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        while (upstream != null) {
            Source<? extends T> attempt = upstream;
            try {
                T item = attempt.poll(cx);
                completed = item == null && Ending.completed(attempt, cx);
                return item;
            } catch (Exception failure) {
                reopen(attempt, failure);
            }
            if (!cx.mayGoOn()) {
                return null;
            }
        }
        return null;
    }

    private void reopen(Source<? extends T> failed, Exception failure) throws Exception {
        try {
            if (!wanted.test(failure)) {
                throw failure;
            }
            upstream = null;
            failed.close();
            upstream = open.get();
        } catch (Throwable thrown) {
            Failures.suppressIn(thrown, failure);
            throw thrown;
        }
    }

    /** An upstream that is done may have failed, and then items may follow: only a poll can tell. */
    @Override
    public boolean isDone() {
        return completed || upstream == null;
    }

    @Override
    public void close() {
        if (upstream != null) {
            upstream.close();
        }
    }
}
