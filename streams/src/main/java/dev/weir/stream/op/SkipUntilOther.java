package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import org.jspecify.annotations.Nullable;

/**
 * Drops items until another source gives an item or completes, which is closed then. It is asked before upstream, unless
 * it has used up the budget before.
 */
public final class SkipUntilOther<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Precedence order = new Precedence(Precedence.OTHER);
    private @Nullable Source<?> other;

    public SkipUntilOther(Source<? extends T> upstream, Source<?> other) {
        this.upstream = upstream;
        this.other = other;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            Source<?> gate = other;
            if (gate == null) {
                return upstream.poll(cx);
            }
            T item = null;
            for (order.begin(2, cx); order.goesOn(); order.asked(cx)) {
                if (order.who() == Precedence.UPSTREAM) {
                    item = upstream.poll(cx);
                } else if (gate.poll(cx) != null || Ending.completed(gate, cx)) {
                    other = null;
                    gate.close();
                }
            }
            if (item == null || other == null) {
                return item;
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    @Override
    public boolean isDone() {
        return upstream.isDone();
    }

    @Override
    public void close() {
        Closer closer = new Closer();
        if (other != null) {
            closer.close(other::close);
        }
        closer.close(upstream::close).rethrow();
    }
}
