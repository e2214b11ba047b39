package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Ends when another source gives an item or completes. The other one is asked when it has woken, before upstream unless it
 * has used up the budget before.
 */
public final class TakeUntilOther<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Signalling other;
    private final Precedence order = new Precedence(Precedence.OTHER);
    private boolean closed;

    public TakeUntilOther(Source<? extends T> upstream, Source<?> other) {
        this.upstream = upstream;
        this.other = new Signalling(other);
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (closed) {
            return null;
        }
        if (other.isKnown()
                && other.isOver(cx)) { // before upstream, whose turn it may be: we have said that we are done
            close();
            return null;
        }
        for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
            if (order.who() == Precedence.UPSTREAM) {
                T item = upstream.poll(cx);
                if (item != null || upstream.isDone()) {
                    return item;
                }
            } else if (other.isOver(cx)) {
                close();
                return null;
            }
        }
        return null;
    }

    @Override
    public boolean isDone() {
        return closed || upstream.isDone() || other.isOver();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            new Closer().close(other::close).close(upstream::close).rethrow();
        }
    }
}
