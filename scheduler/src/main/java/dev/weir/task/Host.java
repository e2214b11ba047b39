package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * What polls: a worker, or a thread that blocks on a pollable. It lends its services (timers, the I/O driver, the
 * runtime itself) to whatever it polls, so that recipes can be written before it is known who will run them.
 */
public interface Host {
    /**
     * Returns the service of this type, or {@code null} if there is none here.
     *
     * @param type the class the service is known by
     */
    <S> @Nullable S service(Class<S> type);

    /**
     * Learns, during a poll, that the task yields: before its next turn the host should look at what its drivers bring.
     */
    default void yielding() {}
}
