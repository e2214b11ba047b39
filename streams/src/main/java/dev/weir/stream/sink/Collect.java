package dev.weir.stream.sink;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.function.BiConsumer;
import java.util.stream.Collector;
import org.jspecify.annotations.Nullable;

/** Gathers the items in the container of a {@link Collector}. */
public final class Collect<T, A, R extends @Nullable Object> implements Pollable<R> {
    private final Source<? extends T> source;
    private final Collector<? super T, A, R> collector;
    private final BiConsumer<A, ? super T> accumulator;
    private @Nullable A container;

    public Collect(Source<? extends T> source, Collector<? super T, A, R> collector) {
        this.source = source;
        this.collector = collector;
        this.accumulator = collector.accumulator();
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        A gathered = container;
        if (gathered == null) {
            gathered = collector.supplier().get();
            container = gathered;
        }
        int left = Stretch.ITEMS;
        for (T item = source.poll(cx); item != null; item = source.poll(cx)) {
            accumulator.accept(gathered, item);
            if (--left == 0) {
                if (!cx.mayGoOn() && !source.isDone()) {
                    return Poll.pending();
                }
                left = Stretch.ITEMS;
            }
        }
        return Ending.completed(source, cx) ? Poll.ready(finish(gathered)) : Poll.pending();
    }

    /** Who says that the finisher is the identity need not have one that can be called. */
    @SuppressWarnings("unchecked") // the collector says that it is one
    private R finish(A gathered) {
        return collector.characteristics().contains(Collector.Characteristics.IDENTITY_FINISH)
                ? (R) gathered
                : collector.finisher().apply(gathered);
    }

    @Override
    public void close() {
        source.close();
    }
}
