package dev.weir.stream;

import dev.weir.stream.op.RetryLater;
import java.time.Duration;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before a stream that has failed is run again, and when to give up: after the nth failure {@code min ·
 * 2^(n-1)}, at most {@code max}, less a random part. All failures of a run count, unless {@linkplain #transientErrors
 * items reset the count}. Immutable; may be shared.
 *
 * <pre>{@code
 * stream.retryWhen(Backoff.exponential(Duration.ofMillis(100), Duration.ofSeconds(10)).times(8).jitter(0.5))
 * }</pre>
 */
public final class Backoff {
    private final long min;
    private final long max;
    private final long times;
    private final double jitter;
    private final Predicate<? super Exception> filter;
    private final Supplier<? extends RandomGenerator> random;
    private final boolean inARow;

    private Backoff(
            long min,
            long max,
            long times,
            double jitter,
            Predicate<? super Exception> filter,
            Supplier<? extends RandomGenerator> random,
            boolean inARow) {
        this.min = min;
        this.max = max;
        this.times = times;
        this.jitter = jitter;
        this.filter = filter;
        this.random = random;
        this.inARow = inARow;
    }

    /**
     * Doubles the wait with each failure, for ever, without a random part.
     *
     * @param min after the first failure, at least zero
     * @param max not less than min
     */
    public static Backoff exponential(Duration min, Duration max) {
        long least = Check.nanos(min, "min");
        long most = Check.nanos(max, "max");
        if (most < least) {
            throw new IllegalArgumentException("max must not be less than min, was " + max + " and " + min);
        }
        return new Backoff(least, most, Long.MAX_VALUE, 0, failure -> true, SplittableRandom::new, false);
    }

    /** Waits the same time after each failure, for ever. */
    public static Backoff fixed(Duration delay) {
        return exponential(delay, delay);
    }

    /**
     * Gives up after so many further attempts.
     *
     * @param attempts at least 0
     */
    public Backoff times(long attempts) {
        return new Backoff(min, max, Check.notNegative(attempts, "times"), jitter, filter, random, inARow);
    }

    /** As {@link #jitter(double, Supplier)}, with a generator of its own for each run. */
    public Backoff jitter(double part) {
        return jitter(part, SplittableRandom::new);
    }

    /**
     * Shortens each wait by a random part of it, so that many who failed together do not come back together.
     *
     * @param part the largest part, from 0 to 1
     * @param generator makes the generator of each run, at its first failure; with a fixed seed, waits repeat
     */
    public Backoff jitter(double part, Supplier<? extends RandomGenerator> generator) {
        if (!(part >= 0 && part <= 1)) {
            throw new IllegalArgumentException("jitter must be from 0 to 1, was " + part);
        }
        return new Backoff(min, max, times, part, filter, Objects.requireNonNull(generator, "generator"), inARow);
    }

    /** Gives up at once after a failure that the predicate refuses. */
    public Backoff onlyIf(Predicate<? super Exception> wanted) {
        return new Backoff(min, max, times, jitter, Objects.requireNonNull(wanted, "wanted"), random, inARow);
    }

    /**
     * Counts failures in a row: an item that was given makes the next failure the first again, for the wait as for {@link
     * #times}. For streams that live long, a connection, say, that breaks once a day. Otherwise all failures of a run
     * count. Reactor's {@code transientErrors}.
     */
    public Backoff transientErrors() {
        return new Backoff(min, max, times, jitter, filter, random, true);
    }

    /** Returns the waits of one run. */
    RetryLater.Delays newRun() {
        return new RetryLater.Delays() {
            private @Nullable RandomGenerator dice;
            private long failures;

            @Override
            public long after(Exception failure, boolean hadItem) {
                if (inARow && hadItem) {
                    failures = 0;
                }
                if (failures == times || !filter.test(failure)) {
                    return -1;
                }
                long doublings = failures++;
                boolean fits = min == 0 || doublings < Long.numberOfLeadingZeros(min);
                long wait = fits ? Math.min(max, min << doublings) : max;
                return wait - (long) (wait * jitter * dice().nextDouble());
            }

            private RandomGenerator dice() {
                if (dice == null) {
                    dice = Objects.requireNonNull(random.get(), "jitter: the generator is null");
                }
                return dice;
            }
        };
    }
}
