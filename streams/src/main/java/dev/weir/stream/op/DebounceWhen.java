package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Gives an item when the source that is made of it gives one or completes before something newer has come, and drops
 * the others. The last one is given at the end. Holds one item and one open source, which is asked before upstream,
 * unless it has used up the budget before.
 */
public final class DebounceWhen<T> implements Source<T> {
    private final Source<? extends T> upstream;
    private final Function<? super T, ? extends Source<?>> quiet;
    private final Precedence order = new Precedence(Precedence.OTHER);
    private @Nullable T latest;
    /** Open while an item is held. */
    private @Nullable Source<?> silence;

    /**
     * @param quiet makes what an item waits for
     */
    public DebounceWhen(Source<? extends T> upstream, Function<? super T, ? extends Source<?>> quiet) {
        this.upstream = upstream;
        this.quiet = quiet;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        do {
            T newer = null;
            for (order.begin(2, cx); order.goesOn() && newer == null; order.asked(cx)) {
                boolean due;
                if (order.who() == Precedence.UPSTREAM) {
                    newer = upstream.poll(cx);
                    due = newer == null && Ending.completed(upstream, cx);
                } else {
                    due = isSilent(cx);
                }
                if (due) {
                    return take();
                }
            }
            if (newer == null) {
                return null;
            }
            drop();
            latest = newer;
            silence = quiet.apply(newer);
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private boolean isSilent(Context cx) throws Exception {
        Source<?> asked = silence;
        return asked != null && (asked.poll(cx) != null || Ending.completed(asked, cx));
    }

    private @Nullable T take() {
        T taken = latest;
        drop();
        return taken;
    }

    private void drop() {
        latest = null;
        Source<?> over = silence;
        silence = null;
        if (over != null) {
            over.close();
        }
    }

    @Override
    public boolean isDone() {
        return latest == null && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(this::drop).close(upstream::close).rethrow();
    }
}
