package dev.weir.stream;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of a stream to its end, that has not begun: a pollable whose polls pull the stream.
 *
 * @param <R> the type of the result
 */
public final class StreamRun<R extends @Nullable Object> implements Pollable<R> {
    private final Pollable<R> end;

    StreamRun(Pollable<R> end) {
        this.end = Objects.requireNonNull(end, "end");
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        return end.poll(cx);
    }

    @Override
    public void close() {
        end.close();
    }
}
