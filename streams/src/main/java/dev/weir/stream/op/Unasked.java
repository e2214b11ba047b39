package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * What an operator does when it is asked whether it is done, and the end of its upstream is not simply its own: it takes a
 * step with an upstream that is done, for only a poll tells a completion from a failure, and the step tells what follows.
 * So an end reaches those who want no item (P4).
 *
 * <p>A step polls only what is done, which takes no item from anybody (S3); it may close that and open what follows, but
 * leaves it unpolled: without demand nothing begins. What a step throws is kept for the next poll, as {@code isDone}
 * never throws.
 */
public final class Unasked {
    /** What a poll would do, up to the next source that is not done. */
    @FunctionalInterface
    public interface Step {
        void take(Context cx) throws Exception;
    }

    private @Nullable Throwable failure;

    /**
     * Takes a step, if the calling thread is polling.
     *
     * @return whether another one may follow: not behind a failure, and no more in a turn than its budget allows
     */
    public boolean step(Step step) {
        Context cx = Context.current();
        if (cx == null || failure != null) {
            return false;
        }
        try {
            step.take(cx);
        } catch (Exception | Error thrown) {
            failure = thrown;
            return false;
        }
        return cx.budget().tryStep(); // no wake: who wants nothing is not to spin
    }

    /** Tells whether a step has thrown. If so the operator is done: its next poll is to {@link #rethrow()}. */
    public boolean hasFailed() {
        return failure != null;
    }

    /**
     * Takes the step that tells whether a source has completed; that it has failed is kept. It may be asked again and again
     * while nothing changes, so it costs no budget.
     */
    boolean completed(Source<?> source) {
        Context cx = failure == null && source.isDone() ? Context.current() : null;
        try {
            return cx != null && Ending.completed(source, cx);
        } catch (Exception | Error thrown) {
            failure = thrown;
            return false;
        }
    }

    /** Tells whether a source has failed: for an operator that holds what a failure would drop. */
    boolean finds(Source<?> source) {
        return !completed(source) && failure != null;
    }

    /** Closes what has completed. */
    void close(Source<?> source) {
        try {
            source.close();
        } catch (RuntimeException | Error thrown) {
            failure = thrown;
        }
    }

    /** Throws what a step has thrown; called before upstream is polled, which has thrown and is not to be polled again. */
    public void rethrow() throws Exception {
        if (failure != null) {
            Failures.rethrow(failure);
        }
    }
}
