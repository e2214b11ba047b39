package dev.weir.stream.sink;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.function.Consumer;

/** Hands every item to a consumer and counts them. */
public final class ForEach<T> implements Pollable<Long> {
    private final Source<? extends T> source;
    private final Consumer<? super T> consumer;
    private long count;

    public ForEach(Source<? extends T> source, Consumer<? super T> consumer) {
        this.source = source;
        this.consumer = consumer;
    }

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        int left = Stretch.ITEMS;
        for (T item = source.poll(cx); item != null; item = source.poll(cx)) {
            consumer.accept(item);
            count++;
            if (--left == 0) {
                if (!cx.mayGoOn() && !source.isDone()) {
                    return Poll.pending();
                }
                left = Stretch.ITEMS;
            }
        }
        return Ending.completed(source, cx) ? Poll.ready(count) : Poll.pending();
    }

    @Override
    public void close() {
        source.close();
    }
}
