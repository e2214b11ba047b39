package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Failures;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Polls a source on the thread that iterates. Any thread may close it, also one that is called by the source.
 *
 * <pre>
 * event \ state    IDLE                READING             LEAVING                    CLOSED
 * reads            READING             refused             refused                    cancelled, or no more
 * has an item      -                   IDLE                CLOSED, *close the source*   -
 *                                                          cancelled
 * ends, or fails   -                   CLOSED, *close the  CLOSED, *close the source*   -
 *                                      source*
 * close            CLOSED, *close the  LEAVING, *wake*     -                          -
 *                  source*
 * </pre>
 *
 * So the source is closed by whoever has it, beside no poll, and once.
 */
final class BlockingItems<T> implements Iterator<T> {
    private enum State {
        IDLE,
        READING,
        LEAVING,
        CLOSED
    }

    private final Source<T> source;
    private final TaskRuntime runtime;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private final WakerCell reader = new WakerCell();

    // the reader's
    private @Nullable T next;
    private boolean ended;

    BlockingItems(Source<T> source, TaskRuntime runtime) {
        this.source = source;
        this.runtime = runtime;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !ended) {
            next = read();
        }
        return next != null;
    }

    private @Nullable T read() {
        begin();
        T item;
        try {
            item = runtime.blockOn(this::poll);
        } catch (Throwable failure) {
            ended = true;
            state.set(State.CLOSED);
            closeAfter(failure);
            throw failure;
        }
        if (item != null && state.compareAndSet(State.READING, State.IDLE)) {
            return item;
        }
        if (state.getAndSet(State.CLOSED) == State.LEAVING) {
            CancellationException cancelled = cancelled();
            closeAfter(cancelled);
            throw cancelled;
        }
        ended = true;
        source.close();
        return null;
    }

    private void begin() {
        if (!state.compareAndSet(State.IDLE, State.READING)) {
            throw state.get() == State.CLOSED
                    ? cancelled()
                    : new IllegalStateException("another thread reads this stream, or it reads itself");
        }
    }

    private Poll<@Nullable T> poll(Context cx) throws Exception {
        reader.register(cx.waker()); // S2: then a look
        if (state.get() == State.LEAVING) {
            return Poll.ready(null);
        }
        T item = source.poll(cx);
        return item != null || Ending.completed(source, cx) ? Poll.ready(item) : Poll.pending();
    }

    @Override
    public T next() {
        T item = hasNext() ? next : null;
        if (item == null) {
            throw new NoSuchElementException();
        }
        next = null;
        return item;
    }

    private static CancellationException cancelled() {
        return new CancellationException("the stream was closed before its end");
    }

    private void closeAfter(Throwable failure) {
        try {
            source.close();
        } catch (Throwable thrown) {
            Failures.suppressIn(failure, thrown);
        }
    }

    void close() {
        State before =
                state.getAndUpdate(now -> now == State.READING || now == State.LEAVING ? State.LEAVING : State.CLOSED);
        if (before == State.IDLE) {
            source.close();
        } else if (before == State.READING) {
            reader.wake();
        }
    }
}
