package dev.weir.task;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One computation, then another made of its result. The first is closed before the second is made. */
final class Then<T extends @Nullable Object, R extends @Nullable Object> implements Pollable<R> {
    private @Nullable Pollable<T> first;
    private final Function<? super T, ? extends Pollable<R>> next;
    private @Nullable Pollable<R> second;

    Then(Pollable<T> first, Function<? super T, ? extends Pollable<R>> next) {
        this.first = first;
        this.next = Objects.requireNonNull(next, "next");
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        if (first != null) {
            Poll<T> answer = first.poll(cx);
            if (answer.isPending()) {
                return Poll.pending();
            }
            closeFirst();
            second = Objects.requireNonNull(next.apply(answer.get()), "what comes next is null");
        }
        return Objects.requireNonNull(second).poll(cx);
    }

    private void closeFirst() {
        Pollable<T> over = first;
        first = null; // before the close: one that throws is not closed again
        if (over != null) {
            over.close();
        }
    }

    @Override
    public void close() {
        closeFirst();
        if (second != null) {
            second.close();
        }
    }
}
