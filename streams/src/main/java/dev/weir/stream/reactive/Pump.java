package dev.weir.stream.reactive;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The one task that pulls a source for all consumers of an {@link Outlet}: an item when one is wanted, the end as
 * soon as there is one (P4).
 *
 * <pre>
 * a poll, first that fits             then
 * all consumers have left             ready
 * the source is done                  ready: completed or failed
 * no item is wanted, nor was before   pending
 * the source has an item              *put*, again
 * budget used up                      pending, woken
 * otherwise                           pending
 *
 * close (by task)                     close the source, then tell the consumers
 * </pre>
 */
final class Pump<T, R> implements Pollable<@Nullable Void> {
    private final Source<T> incoming;
    private final Function<? super Source<T>, ? extends Source<R>> transformation;
    private final Outlet<R> consumers;
    /** Null before the first poll and after the end. */
    private @Nullable Source<R> outgoing;

    /**
     * The source has been asked for an item and answered "not now". It is asked again even if who wanted the item has
     * left: it may keep a failure for that poll (S3), and there is still room, as only this fills it.
     */
    private boolean asked;

    private boolean completed;
    private boolean closed;
    private @Nullable Throwable failure;

    /**
     * Creates a pump that does not run.
     *
     * @param incoming closed by this, unless the transformation has taken it over
     * @param transformation called in the first poll
     */
    Pump(Source<T> incoming, Function<? super Source<T>, ? extends Source<R>> transformation, Outlet<R> consumers) {
        this.incoming = incoming;
        this.transformation = transformation;
        this.consumers = consumers;
    }

    /** Spawns the task. If the runtime throws, that is the end for all consumers. */
    void start(TaskRuntime runtime) {
        try {
            runtime.spawn(this);
        } catch (Throwable thrown) {
            failure = thrown;
            close();
            throw thrown;
        }
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        consumers.register(cx.waker()); // before every look of this poll
        try {
            return pull(cx);
        } catch (Throwable thrown) {
            failure = thrown; // §1.4
            return Poll.done();
        }
    }

    private Poll<@Nullable Void> pull(Context cx) throws Exception {
        Source<R> source = outgoing();
        while (!consumers.isEnded()) {
            boolean done = source.isDone();
            if (!done && !asked && !consumers.isWanted()) { // §1.1
                return Poll.pending();
            }
            R item = source.poll(cx);
            asked = item == null;
            if (item != null) {
                if (done) {
                    throw new IllegalStateException("law S3: a source that said it was done has yielded an item");
                }
                consumers.put(item);
                if (!cx.mayGoOn()) { // S5: after the item, so that each poll makes progress however small the budget
                    return Poll.pending();
                }
            } else if (done) {
                completed = true;
                return Poll.done();
            } else if (!source.isDone()) {
                return Poll.pending();
            }
        }
        return Poll.done();
    }

    /**
     * T3: called by the task, at its end, or by who could not start it. If the source has not ended by then, it was ended
     * from outside.
     */
    @Override
    public void close() {
        if (closed) {
            return; // a runtime without memory for the task has ended it, and throws
        }
        closed = true;
        Source<?> toClose = outgoing == null ? incoming : outgoing;
        outgoing = null;
        try {
            toClose.close(); // what it throws goes to the runtime
        } finally {
            if (completed) {
                consumers.complete();
            } else if (failure != null) {
                consumers.fail(failure);
            } else if (!consumers.isEnded()) {
                consumers.fail(new CancellationException("the stream was ended early by the shutdown of its runtime"));
            }
        }
    }

    private Source<R> outgoing() {
        if (outgoing == null) {
            outgoing = Objects.requireNonNull(transformation.apply(incoming), "the transformed source");
        }
        return outgoing;
    }
}
