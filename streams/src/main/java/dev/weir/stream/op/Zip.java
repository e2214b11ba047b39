package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Pairs the items of two sources. Both are asked at once, and each at most one item ahead of the other. When either
 * ends, both are closed; the item that has no partner is dropped.
 *
 * <p>Who is asked first changes whenever a turn has ended without a pair and without budget. So neither is passed over
 * for ever because the other takes all. A {@link Precedence} would do the same, at a higher price for each pair.
 */
public final class Zip<A, B, R> implements Source<R> {
    private final Side<A> left;
    private final Side<B> right;
    private final BiFunction<? super A, ? super B, ? extends R> combiner;
    private boolean rightFirst;
    private boolean closed;

    public Zip(
            Source<? extends A> left,
            Source<? extends B> right,
            BiFunction<? super A, ? super B, ? extends R> combiner) {
        this.left = new Side<>(left);
        this.right = new Side<>(right);
        this.combiner = combiner;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (closed) {
            return null;
        }
        if (left.hasEnded(cx) || right.hasEnded(cx)) {
            close();
            return null;
        }
        boolean had = !cx.budget().isExhausted();
        B early = rightFirst ? right.fetch(cx) : null;
        A first = left.fetch(cx);
        B second = rightFirst ? early : right.fetch(cx);
        if (first == null || second == null) {
            rightFirst ^= had && cx.budget().isExhausted();
            return null;
        }
        left.item = null;
        right.item = null;
        return Answer.of(combiner.apply(first, second), "zip: the combiner");
    }

    @Override
    public boolean isDone() {
        return closed || left.isDone() || right.isDone();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            new Closer().close(left.source::close).close(right.source::close).rethrow();
        }
    }

    private static final class Side<T> {
        final Source<? extends T> source;

        @Nullable T item;

        Side(Source<? extends T> source) {
            this.source = source;
        }

        @Nullable T fetch(Context cx) throws Exception {
            if (item == null) {
                item = source.poll(cx);
            }
            return item;
        }

        boolean isDone() {
            return item == null && source.isDone();
        }

        boolean hasEnded(Context cx) throws Exception {
            return item == null && Ending.completed(source, cx);
        }
    }
}
