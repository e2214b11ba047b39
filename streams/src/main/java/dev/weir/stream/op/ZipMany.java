package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives a row of the nth items of several sources, none of which is more than one item ahead. Ends with the shortest. They
 * are asked in their order, behind one that has used up the budget before.
 */
public final class ZipMany<T, R> implements Source<R> {
    private final List<? extends Source<? extends T>> sources;
    private final Function<? super List<T>, ? extends R> combiner;
    private final Precedence order = new Precedence();
    private @Nullable T[] row;
    private boolean closed;

    public ZipMany(List<? extends Source<? extends T>> sources, Function<? super List<T>, ? extends R> combiner) {
        this.sources = sources;
        this.combiner = combiner;
        this.row = emptyRow();
        this.closed = sources.isEmpty();
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (closed) {
            return null;
        }
        for (int i = 0; i < row.length; i++) {
            if (row[i] == null && Ending.completed(sources.get(i), cx)) {
                close();
                return null;
            }
        }
        boolean full = true;
        for (order.begin(row.length, cx); order.goesOn(); order.asked(cx)) {
            int i = order.who();
            if (row[i] == null) {
                row[i] = sources.get(i).poll(cx);
            }
            full &= row[i] != null;
        }
        return full ? combine() : null;
    }

    @SuppressWarnings("NullAway") // the row is full
    private R combine() {
        List<T> taken = new ArrayList<>(Arrays.asList(row));
        row = emptyRow();
        return Answer.of(combiner.apply(taken), "zip: the combiner");
    }

    @SuppressWarnings("unchecked")
    private @Nullable T[] emptyRow() {
        return (T[]) new Object[sources.size()];
    }

    @Override
    public boolean isDone() {
        if (!closed) {
            for (int i = 0; i < row.length; i++) {
                if (row[i] == null && sources.get(i).isDone()) {
                    return true;
                }
            }
        }
        return closed;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            Closer closer = new Closer();
            sources.forEach(source -> closer.close(source::close));
            closer.rethrow();
        }
    }
}
