package dev.weir.runtime;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A computation with a scope around it. First the body is polled, until it ends or the scope ends it; then the end of
 * the tasks is awaited, and only then the outcome is told.
 */
final class ScopedBody<T extends @Nullable Object> implements Pollable<T> {
    private final Function<Context, TaskScope> open;
    private final Function<? super TaskScope, ? extends Pollable<T>> maker;
    private @Nullable TaskScope scope;
    private @Nullable Pollable<T> body;
    private @Nullable Poll<T> result;
    /** The body's own: it counts also where a winner outdoes the failures of tasks. */
    private @Nullable Throwable failure;

    ScopedBody(Function<Context, TaskScope> open, Function<? super TaskScope, ? extends Pollable<T>> maker) {
        this.open = open;
        this.maker = Objects.requireNonNull(maker, "body");
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        TaskScope within = scope == null ? begin(cx) : scope;
        if (body != null && !bodyEnds(cx, body, within)) {
            return Poll.pending();
        }
        if (!within.pollEnd(cx)) {
            return Poll.pending();
        }
        within.throwFailure();
        if (result != null) {
            return result;
        }
        throw failure != null
                ? TaskScope.asException(failure)
                : new CancellationException("the scope was cancelled before its body had a result");
    }

    private TaskScope begin(Context cx) {
        TaskScope within = open.apply(cx);
        scope = within;
        try {
            body = Objects.requireNonNull(maker.apply(within), "the body of a scope is null");
        } catch (Throwable thrown) {
            failed(within, thrown);
        }
        return within;
    }

    private boolean bodyEnds(Context cx, Pollable<T> running, TaskScope within) {
        within.registerBody(cx); // before the look: a task that fails meanwhile wakes us
        try {
            if (!within.endsBody()) {
                Poll<T> answer = running.poll(cx);
                if (answer.isPending()) {
                    return false;
                }
                result = answer;
            }
        } catch (Throwable thrown) {
            failed(within, thrown);
        }
        closeBody(within);
        return true;
    }

    private void closeBody(TaskScope within) {
        Pollable<T> over = body;
        body = null; // before the close: one that throws is not closed again
        try {
            if (over != null) {
                over.close();
            }
        } catch (Throwable thrown) {
            failed(within, thrown);
        }
    }

    /** Whatever the policy: without its body a scope has no purpose. */
    private void failed(TaskScope within, Throwable thrown) {
        result = null;
        failure = failure == null ? thrown : failure;
        within.fail(thrown);
        within.cancel();
    }

    @Override
    public void close() {
        TaskScope within = scope;
        if (within == null || within.isDone()) {
            return;
        }
        Pollable<T> over = body;
        body = null;
        try {
            if (over != null) {
                over.close();
            }
        } finally {
            within.cancel();
            within.seal();
        }
    }
}
