package dev.weir.time;

/**
 * What an {@link Interval} does after a tick that was taken late, that is more than 5 ms after it was due: the consumer
 * was slow, or had no demand. (The three answers, and the threshold, are Tokio's.) Ticks taken in time are followed by
 * the next one a period after they were <em>due</em>, so an interval does not drift.
 *
 * <pre>{@code
 * Interval poll = Interval.of(Duration.ZERO, Duration.ofSeconds(10), MissedTick.SKIP);
 * }</pre>
 *
 * <p>For a period of 10 and a third tick, due at 20, that is taken at 37, the following ticks are due at:
 */
public enum MissedTick {
    /** 30, 40, 50: all at once until the schedule is caught up with. As many ticks as periods. */
    BURST,
    /** 47, 57, 67: a period after the late one. Never two ticks closer than a period. */
    DELAY,
    /** 40, 50, 60: on the schedule, without those that were missed. */
    SKIP;

    private static final long LATE_NANOS = 5_000_000;

    /**
     * Returns how long from now the next tick is due; negative if it is already.
     *
     * @param late how long ago the tick just taken was due, at least 0
     */
    long untilNext(long late, long period) {
        if (late <= LATE_NANOS) {
            return period - late;
        }
        return switch (this) {
            case BURST -> period - late;
            case DELAY -> period;
            case SKIP -> period - late % period;
        };
    }
}
