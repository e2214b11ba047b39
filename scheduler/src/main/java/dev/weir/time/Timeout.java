package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the time another computation may take, counted from the first poll or up to a point in time. When the time is over and the
 * computation is not, the poll throws {@link TimeoutException}. A result that is there wins, even after the deadline.
 *
 * <pre>{@code
 * Pollable<String> bounded = Timeout.of(answer, Duration.ofSeconds(2));
 * }</pre>
 *
 * <p>The deadline is looked at even when the computation has used up the budget of the task, else one that always
 * does would never time out. Closing it closes the computation.
 *
 * @param <T> the type of the result
 */
public final class Timeout<T extends @Nullable Object> implements Pollable<T> {
    private final Pollable<T> inner;
    private final Sleep sleep;
    /** Null if there is a deadline instead. */
    private final @Nullable Duration duration;

    private Timeout(Pollable<T> inner, Sleep sleep, @Nullable Duration duration) {
        this.inner = Objects.requireNonNull(inner, "inner");
        this.sleep = sleep;
        this.duration = duration;
    }

    /**
     * Bounds the time of a computation.
     *
     * @param duration at least zero, which allows one poll; more than 292 years count as 292
     */
    public static <T extends @Nullable Object> Timeout<T> of(Pollable<T> inner, Duration duration) {
        return new Timeout<>(inner, Sleep.of(duration), duration);
    }

    /**
     * Bounds the time of a computation by a point in time.
     *
     * @param deadlineNanos by the clock of the runtime; one that has passed allows one poll
     */
    public static <T extends @Nullable Object> Timeout<T> at(Pollable<T> inner, long deadlineNanos) {
        return new Timeout<>(inner, Sleep.until(deadlineNanos), null);
    }

    /**
     * {@inheritDoc}
     *
     * @throws TimeoutException if the time is over
     */
    @Override
    public Poll<T> poll(Context cx) throws Exception {
        Poll<T> poll = inner.poll(cx);
        if (poll.isPending() && sleep.isOver(cx)) {
            throw new TimeoutException(duration == null ? "no result by the deadline" : "no result within " + duration);
        }
        return poll;
    }

    @Override
    public void close() {
        try {
            inner.close();
        } finally {
            sleep.close();
        }
    }
}
