package dev.weir.stream;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.op.Ending;
import dev.weir.stream.op.Failures;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Polls a source on the thread that iterates. */
final class BlockingItems<T> implements Iterator<T> {
    private final Source<T> source;
    private final TaskRuntime runtime;
    private @Nullable T next;
    private boolean closed;

    BlockingItems(Source<T> source, TaskRuntime runtime) {
        this.source = source;
        this.runtime = runtime;
    }

    @Override
    public boolean hasNext() {
        if (next == null && !closed) {
            try {
                next = runtime.blockOn(this::poll);
            } catch (Throwable failure) {
                closeAfter(failure);
                throw failure;
            }
            if (next == null) {
                close();
            }
        }
        return next != null;
    }

    private Poll<@Nullable T> poll(Context cx) throws Exception {
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

    private void closeAfter(Throwable failure) {
        try {
            close();
        } catch (Throwable thrown) {
            Failures.suppressIn(failure, thrown);
        }
    }

    void close() {
        if (!closed) {
            closed = true;
            source.close();
        }
    }
}
