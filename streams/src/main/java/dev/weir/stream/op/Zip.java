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
    private final Source<? extends A> left;
    private final Source<? extends B> right;
    private final BiFunction<? super A, ? super B, ? extends R> combiner;
    /** Items that have no partner yet. */
    private @Nullable A first;

    private @Nullable B second;

    private boolean rightFirst;
    private boolean closed;

    public Zip(
            Source<? extends A> left,
            Source<? extends B> right,
            BiFunction<? super A, ? super B, ? extends R> combiner) {
        this.left = left;
        this.right = right;
        this.combiner = combiner;
    }

    @Override
    public @Nullable R poll(Context cx) throws Exception {
        if (closed) {
            return null;
        }
        if ((first == null && Ending.completed(left, cx)) || (second == null && Ending.completed(right, cx))) {
            close();
            return null;
        }
        boolean had = !cx.budget().isExhausted();
        if (second == null && rightFirst) {
            second = right.poll(cx);
        }
        if (first == null) {
            first = left.poll(cx);
        }
        if (second == null && !rightFirst) {
            second = right.poll(cx);
        }
        A ofLeft = first;
        B ofRight = second;
        if (ofLeft == null || ofRight == null) {
            rightFirst ^= had && cx.budget().isExhausted();
            return null;
        }
        first = null;
        second = null;
        return Answer.of(combiner.apply(ofLeft, ofRight), "zip: the combiner");
    }

    @Override
    public boolean isDone() {
        return closed || (first == null && left.isDone()) || (second == null && right.isDone());
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            new Closer().close(left::close).close(right::close).rethrow();
        }
    }
}
