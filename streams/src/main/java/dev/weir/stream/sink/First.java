package dev.weir.stream.sink;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.Optional;

/** Takes one item and no more. */
public final class First<T> implements Pollable<Optional<T>> {
    private final Source<? extends T> source;

    public First(Source<? extends T> source) {
        this.source = source;
    }

    @Override
    public Poll<Optional<T>> poll(Context cx) throws Exception {
        T item = source.poll(cx);
        return item != null || Ending.completed(source, cx) ? Poll.ready(Optional.ofNullable(item)) : Poll.pending();
    }

    @Override
    public void close() {
        source.close();
    }
}
