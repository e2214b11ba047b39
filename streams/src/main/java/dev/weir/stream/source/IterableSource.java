package dev.weir.stream.source;

import dev.weir.stream.op.Answer;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Walks an iterable. It asks {@code hasNext} right after each {@code next}, so that the end is known together with the
 * last item; a failure of that look ahead waits until the item is out.
 */
public final class IterableSource<T> implements Source<T> {
    private final Iterable<? extends T> iterable;
    private @Nullable Iterator<? extends T> iterator;
    private @Nullable Exception failure;
    private boolean done;

    public IterableSource(Iterable<? extends T> iterable) {
        this.iterable = Objects.requireNonNull(iterable, "iterable");
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (failure != null) {
            throw failure;
        }
        if (done || !cx.charge()) {
            return null;
        }
        Iterator<? extends T> items = iterator;
        if (items == null) {
            items = Answer.of(iterable.iterator(), "fromIterable: iterator()");
            iterator = items;
            if (!items.hasNext()) {
                done = true;
                return null;
            }
        }
        T item = Answer.of(items.next(), "fromIterable: the iterator");
        lookAhead(items);
        return item;
    }

    private void lookAhead(Iterator<? extends T> items) {
        try {
            done = !items.hasNext();
        } catch (Exception thrown) {
            failure = thrown;
            done = true;
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {}
}
