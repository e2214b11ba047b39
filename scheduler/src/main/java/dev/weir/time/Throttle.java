package dev.weir.time;

import dev.weir.task.Context;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands on the items of a source no closer than a period apart: the first at once, each other one a period after the one
 * before or later. While it waits it does not poll the source, so that nothing piles up here. The end of the source is
 * seen at once. Closing it closes the source.
 *
 * <pre>{@code
 * Source<String> calm = Throttle.of(lines, Duration.ofMillis(10)); // at most a hundred a second
 * }</pre>
 *
 * @param <T> the type of the items
 */
public final class Throttle<T> implements Source<T> {
    private final Source<T> source;
    private final long period;
    private final Sleep sleep = Sleep.of(0);

    private Throttle(Source<T> source, long period) {
        this.source = source;
        this.period = period;
    }

    /**
     * Throttles a source, which becomes its own.
     *
     * @param period at least zero, which changes nothing; more than 292 years count as 292
     */
    public static <T> Throttle<T> of(Source<T> source, Duration period) {
        return new Throttle<>(Objects.requireNonNull(source, "source"), Sleep.nanosOf(period, "period"));
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        if (period > 0 && !source.isDone() && !sleep.isOver(cx)) {
            return null;
        }
        T item = source.poll(cx);
        if (item != null && period > 0) {
            sleep.reset(sleep.now(cx) + period);
        }
        return item;
    }

    @Override
    public boolean isDone() {
        return source.isDone();
    }

    @Override
    public void close() {
        try {
            source.close();
        } finally {
            sleep.close();
        }
    }
}
