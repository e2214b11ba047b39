package dev.weir.sync;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A value that somebody sets once and any number of tasks wait for. Any thread may call any method.
 *
 * <pre>{@code
 * SetOnce<Integer> port = new SetOnce<>();
 * JoinHandle<Integer> known = runtime.spawn(port.await());
 * port.set(8080);
 * }</pre>
 *
 * @param <T> the type of the value, which is never null
 */
public final class SetOnce<T> {
    private final AtomicReference<@Nullable T> value = new AtomicReference<>();
    private final Notify set = new Notify();

    /** Sets the value and wakes all who wait; false, and nothing, if it was set before. */
    public boolean set(T value) {
        if (!this.value.compareAndSet(null, Objects.requireNonNull(value, "value"))) {
            return false;
        }
        set.notifyWaiters();
        return true;
    }

    /** Returns the value, or null if it was not set so far. */
    public @Nullable T get() {
        return value.get();
    }

    /** Waits for the value. Charges no budget. Cancel safety: nothing is lost by giving up. */
    public Pollable<T> await() {
        Closed settled = new Closed(() -> value.get() != null, set);
        return new Pollable<>() {
            @Override
            public Poll<T> poll(Context cx) {
                return settled.poll(cx).isReady() ? Poll.ready(Objects.requireNonNull(value.get())) : Poll.pending();
            }

            @Override
            public void close() {
                settled.close();
            }
        };
    }

    /**
     * Waits for the value, blocking a thread that runs no tasks.
     *
     * @throws InterruptedException if the thread is interrupted
     * @throws IllegalStateException on a thread that runs tasks
     */
    public T awaitBlocking() throws InterruptedException {
        return Blocking.await(await(), "awaitBlocking", "await()");
    }
}
