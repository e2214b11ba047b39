package dev.weir.stream;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** Refuses wrong arguments with their name, their value and the rule. */
final class Check {
    private Check() {}

    static long notNegative(long value, String name) {
        if (value < 0) {
            throw new IllegalArgumentException(name + " must be at least 0, was " + value);
        }
        return value;
    }

    static int positive(int value, String name) {
        if (value < 1) {
            throw new IllegalArgumentException(name + " must be at least 1, was " + value);
        }
        return value;
    }

    static int from1To(int most, int value, String name) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(name + " must be from 1 to " + most + ", was " + value);
        }
        return value;
    }

    /** Returns a duration in nanoseconds, at most 292 years; at least zero. */
    static long nanos(Duration duration, String name) {
        if (Objects.requireNonNull(duration, name).isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, was " + duration);
        }
        return TimeUnit.NANOSECONDS.convert(duration);
    }

    static long positiveNanos(Duration duration, String name) {
        long nanos = nanos(duration, name);
        if (nanos == 0) {
            throw new IllegalArgumentException(name + " must be more than zero, was " + duration);
        }
        return nanos;
    }

    /** Copies what the caller may still change; null has an index. */
    static <E> List<E> copy(Iterable<? extends E> elements, String what) {
        List<E> copy = new ArrayList<>();
        for (E element : elements) {
            copy.add(Objects.requireNonNull(element, () -> what + copy.size() + " is null"));
        }
        return copy;
    }
}
