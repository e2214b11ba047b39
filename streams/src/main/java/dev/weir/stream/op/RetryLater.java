package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Closes an upstream that has failed, waits, and opens it anew. Between the attempts nothing is open.
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
public final class RetryLater<T> extends Recovering<T> {
    /** How long to wait; of one run. */
    public interface Delays {
        /**
         * Returns nanoseconds; a negative number lets the failure pass.
         *
         * @param hadItem whether there was an item since the failure before
         */
        long after(Exception failure, boolean hadItem);
    }

    private final Supplier<? extends Source<? extends T>> open;
    private final Delays delays;
    private final Deadline pause = new Deadline();
    private @Nullable Exception last;

    /**
     * @param upstream the first attempt
     * @param open makes every further one
     */
    public RetryLater(Source<? extends T> upstream, Supplier<? extends Source<? extends T>> open, Delays delays) {
        super(upstream);
        this.open = open;
        this.delays = delays;
    }

    @Override
    void goOn(Source<? extends T> failed, Exception failure, Context cx) throws Exception {
        long nanos = delays.after(failure, hadItem);
        if (nanos < 0) {
            throw failure;
        }
        hadItem = false;
        attempt = null;
        last = failure;
        failed.close();
        pause.set(nanos, cx);
    }

    @Override
    @Nullable Source<? extends T> resume(Context cx) {
        if (isDone() || !pause.await(cx)) {
            return null;
        }
        pause.clear();
        Exception before = last;
        last = null;
        try {
            attempt = open.get();
            return attempt;
        } catch (Throwable thrown) {
            end();
            Failures.suppressIn(thrown, Objects.requireNonNull(before));
            throw thrown;
        }
    }

    @Override
    public void close() {
        new Closer().close(pause::clear).close(super::close).rethrow();
    }
}
