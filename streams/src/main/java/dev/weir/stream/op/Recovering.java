package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * What goes on behind a failure. Whether a source that is done has failed only a poll tells (S3). So one that is done
 * with an item is asked in the same poll, as nobody may want another item (P4), and what follows it is made ready; what
 * that throws waits until the item is out. Errors ({@link Error}) pass.
 */
abstract class Recovering<T> implements Source<T> {
    /** Null if none is open. */
    @Nullable Source<? extends T> attempt;

    /** There was an item since the failure before. */
    boolean hadItem;

    private boolean ended;
    private @Nullable Throwable thrown;

    Recovering(Source<? extends T> upstream) {
        this.attempt = upstream;
    }

    /** Closes the attempt that has failed, and replaces or clears it. What this throws fails the stream. */
    abstract void goOn(Source<? extends T> failed, Exception failure, Context cx) throws Exception;

    /** Returns the next attempt where there is none; null if it is not the time. */
    @Nullable Source<? extends T> resume(Context cx) throws Exception {
        return null;
    }

    @Override
    public final @Nullable T poll(Context cx) throws Exception {
        Failures.rethrow(thrown);
        do {
            Source<? extends T> source = attempt != null ? attempt : resume(cx);
            if (source == null) {
                return null;
            }
            T item = ask(source, cx);
            if (item != null || attempt == source) {
                return item;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private @Nullable T ask(Source<? extends T> source, Context cx) throws Exception {
        T item = null;
        try {
            item = source.poll(cx);
            hadItem |= item != null;
            ended = Ending.completed(source, cx);
        } catch (Throwable failure) {
            try {
                if (!(failure instanceof Exception exception)) {
                    throw failure;
                }
                goOn(source, exception, cx);
            } catch (Throwable last) {
                end();
                Failures.suppressIn(last, failure);
                if (item == null) {
                    throw last;
                }
                thrown = last;
            }
        }
        return item;
    }

    /** Nothing comes any more. */
    final void end() {
        ended = true;
    }

    /** Before the end a source that is done may have failed, and then items may follow: only a poll can tell. */
    @Override
    public boolean isDone() {
        return ended;
    }

    @Override
    public void close() {
        if (attempt != null) {
            attempt.close();
        }
    }
}
