package dev.weir.stream.source;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Has the one result of a computation as its only item; none if the result is null. The computation charges. */
public final class PollableSource<T> implements Source<T> {
    private final Pollable<? extends @Nullable T> pollable;
    private boolean done;

    public PollableSource(Pollable<? extends @Nullable T> pollable) {
        this.pollable = Objects.requireNonNull(pollable, "pollable");
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (done) {
            return null;
        }
        Poll<? extends @Nullable T> answer = pollable.poll(cx);
        if (answer.isPending()) {
            return null;
        }
        done = true;
        return answer.get();
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {
        pollable.close();
    }
}
