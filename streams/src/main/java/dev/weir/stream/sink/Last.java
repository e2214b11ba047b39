package dev.weir.stream.sink;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Takes all items and gives the last. */
public final class Last<T> implements Pollable<Optional<T>> {
    private final Source<? extends T> source;
    private @Nullable T last;

    public Last(Source<? extends T> source) {
        this.source = source;
    }

    @Override
    public Poll<Optional<T>> poll(Context cx) throws Exception {
        int left = Stretch.ITEMS;
        for (T item = source.poll(cx); item != null; item = source.poll(cx)) {
            last = item;
            if (--left == 0) {
                if (!cx.mayGoOn() && !source.isDone()) {
                    return Poll.pending();
                }
                left = Stretch.ITEMS;
            }
        }
        return Ending.completed(source, cx) ? Poll.ready(Optional.ofNullable(last)) : Poll.pending();
    }

    @Override
    public void close() {
        last = null;
        source.close();
    }
}
