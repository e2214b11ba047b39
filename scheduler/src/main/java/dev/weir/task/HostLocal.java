package dev.weir.task;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * A value that each {@link Host} makes once for itself: a thread-local whose life ends with the worker and which no
 * foreign thread ever carries. Scratch buffers live in it.
 *
 * <p>Reached through the context of a poll, so it is confined to the polling thread.
 *
 * @param <S> the type of the value
 */
public final class HostLocal<S> {
    private static final AtomicInteger COUNT = new AtomicInteger();

    final int index = COUNT.getAndIncrement();
    final Supplier<S> initial;

    private HostLocal(Supplier<S> initial) {
        this.initial = initial;
    }

    /** Declares a local; meant for static fields, as an index is never given back. */
    public static <S> HostLocal<S> withInitial(Supplier<S> initial) {
        return new HostLocal<>(initial);
    }
}
