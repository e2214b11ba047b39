package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pairs each item with the latest of another source; items that come before the other has one are dropped. Upstream
 * alone decides when something is given and when it ends.
 */
public final class WithLatestFrom<T, U, R> implements Source<R> {
    private final Source<? extends T> upstream;
    private final Source<? extends U> other;
    private final BiFunction<? super T, ? super U, ? extends R> combiner;
    private @Nullable T held;
    private @Nullable U latest;

    public WithLatestFrom(
            Source<? extends T> upstream,
            Source<? extends U> other,
            BiFunction<? super T, ? super U, ? extends R> combiner) {
        this.upstream = upstream;
        this.other = other;
        this.combiner = combiner;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        do {
            if (held == null) {
                held = upstream.poll(cx); // first, else another source that always has items would use up the budget
            }
            boolean asked = !cx.budget().isExhausted() || other.isDone();
            refresh(cx);
            T item = held;
            if (item == null) {
                return null;
            }
            if (!asked) { // without a budget the other was not really: the item waits for the next turn, in which it is
                cx.waker().wake();
                return null;
            }
            held = null;
            if (latest != null) {
                return Answer.of(combiner.apply(item, latest), "withLatestFrom: the combiner");
            }
        } while (cx.mayGoOn() || isDone());
        return null;
    }

    private void refresh(Context cx) throws Exception {
        for (U newer = other.poll(cx); newer != null; newer = other.poll(cx)) {
            latest = newer;
            if (!cx.mayGoOn()) {
                return;
            }
        }
    }

    @Override
    public boolean isDone() {
        return held == null && upstream.isDone();
    }

    @Override
    public void close() {
        new Closer().close(other::close).close(upstream::close).rethrow();
    }
}
