package dev.weir.stream.sink;

import dev.weir.stream.op.Answer;
import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.function.BiFunction;

/** Folds the items into one value. */
public final class Reduce<T, A> implements Pollable<A> {
    private final Source<? extends T> source;
    private final BiFunction<? super A, ? super T, ? extends A> reducer;
    private A value;

    public Reduce(Source<? extends T> source, A seed, BiFunction<? super A, ? super T, ? extends A> reducer) {
        this.source = source;
        this.reducer = reducer;
        this.value = seed;
    }

    @Override
    public Poll<A> poll(Context cx) throws Exception {
        int left = Stretch.ITEMS;
        for (T item = source.poll(cx); item != null; item = source.poll(cx)) {
            value = Answer.of(reducer.apply(value, item), "reduce: the reducer");
            if (--left == 0) {
                if (!cx.mayGoOn() && !source.isDone()) {
                    return Poll.pending();
                }
                left = Stretch.ITEMS;
            }
        }
        return Ending.completed(source, cx) ? Poll.ready(value) : Poll.pending();
    }

    @Override
    public void close() {
        source.close();
    }
}
