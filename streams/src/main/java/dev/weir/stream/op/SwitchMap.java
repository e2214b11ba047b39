package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens a source for each item and closes the one before: the latest wins. Upstream is asked first in each poll, for all
 * that it has; unless it has used up the budget before and has nothing now.
 */
public final class SwitchMap<T, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<? extends R>> mapper;
    private final Precedence order = new Precedence(Precedence.UPSTREAM);
    private @Nullable Source<? extends R> inner;

    public SwitchMap(Source<? extends T> upstream, Function<? super T, ? extends Source<? extends R>> mapper) {
        this.upstream = upstream;
        this.mapper = mapper;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        boolean opened = false;
        for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
            if (order.who() == Precedence.UPSTREAM) {
                for (T item = upstream.poll(cx); item != null; item = upstream.poll(cx)) {
                    replace(item);
                    opened = true;
                    if (!cx.mayGoOn() && !isDone()) {
                        return null;
                    }
                }
            } else {
                R item = pollInner(cx);
                if (item != null) {
                    return item;
                }
                opened = false;
            }
        }
        return opened ? pollInner(cx) : null; // one that has come behind was not asked and knows no waker (S2)
    }

    private @Nullable R pollInner(Context cx) throws Exception {
        Source<? extends R> source = inner;
        if (source == null) {
            return null;
        }
        R item = source.poll(cx);
        if (item == null && Ending.completed(source, cx)) {
            inner = null;
            source.close();
        }
        return item;
    }

    private void replace(T item) {
        Source<? extends R> old = inner;
        if (old != null) {
            inner = null;
            old.close();
        }
        inner = mapper.apply(item);
    }

    @Override
    public boolean isDone() {
        return (inner == null || inner.isDone()) && upstream.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (inner != null) {
            closer.close(inner::close);
        }
        closer.close(upstream::close).rethrow();
    }
}
