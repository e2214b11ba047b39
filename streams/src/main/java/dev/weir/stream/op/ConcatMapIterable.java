package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.Iterator;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Walks the iterable that a function makes of each item, before the next item is taken. It asks {@code hasNext} right
 * after each {@code next}, so that the end is known together with the last item; a failure of that look ahead waits until
 * the item is out.
 */
public final class ConcatMapIterable<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Iterable<? extends R>> mapper;
    private @Nullable Iterator<? extends R> items;
    private @Nullable Exception failure;

    public ConcatMapIterable(
            Source<? extends T> upstream, Function<? super T, ? extends Iterable<? extends R>> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (failure != null) {
            throw failure;
        }
        do {
            Iterator<? extends R> current = items;
            if (current == null) {
                T item = upstream.poll(cx); // which pays for the first item as well
                if (item == null) {
                    return null;
                }
                current = Answer.of(mapper.apply(item), "concatMapIterable: the function")
                        .iterator();
                if (!current.hasNext()) {
                    continue;
                }
                items = current;
            } else if (!cx.charge()) {
                return null;
            }
            R next = Answer.of(current.next(), "concatMapIterable: the iterator");
            lookAhead(current);
            return next;
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private void lookAhead(Iterator<? extends R> current) {
        try {
            if (!current.hasNext()) {
                items = null;
            }
        } catch (Exception thrown) {
            failure = thrown;
        }
    }

    @Override
    public boolean isDone() {
        return failure != null || (items == null && upstream.isDone());
    }

    @Override
    public void close() {
        items = null;
        upstream.close();
    }
}
