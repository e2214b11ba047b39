package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/** Turns items back into an end: gives what each signal holds, and ends with the first that holds an end. */
public final class Dematerialize<S, T> implements Source<T> {
    /** Reads a signal. */
    @FunctionalInterface
    public interface Reader<S, T> {
        /**
         * Returns the item, or null for the completion.
         *
         * @throws Exception for a failure
         */
        @Nullable T read(S signal) throws Exception;
    }

    private final Source<? extends S> upstream;
    private final Reader<? super S, ? extends T> reader;
    private boolean closed;

    public Dematerialize(Source<? extends S> upstream, Reader<? super S, ? extends T> reader) {
        this.upstream = upstream;
        this.reader = reader;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        S signal = closed ? null : upstream.poll(cx);
        if (signal == null) {
            return null;
        }
        T item = reader.read(signal);
        if (item == null) {
            close();
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return closed || upstream.isDone();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            upstream.close();
        }
    }
}
