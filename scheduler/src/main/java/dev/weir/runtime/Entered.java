package dev.weir.runtime;

import dev.weir.blocking.BlockingPool;
import dev.weir.task.Context;
import dev.weir.task.Host;
import org.jspecify.annotations.Nullable;

/**
 * The stay of a thread inside a runtime it does not belong to, so that {@link TaskRuntime#current()} answers there too.
 * Stays nest, and end in the reverse order on the thread that began them:
 *
 * <pre>{@code
 * try (var stay = runtime.enter()) {
 *     library.start(); // finds the runtime with TaskRuntime.current()
 * }
 * }</pre>
 */
public final class Entered implements AutoCloseable {
    private static final ThreadLocal<@Nullable Entered> INNERMOST = new ThreadLocal<>();

    private final TaskRuntime runtime;
    private final @Nullable Entered outer;
    /** What the thread was polling as it entered: a poll that begins later lies further in than this stay. */
    private final @Nullable Context polling;

    /** Whether the stay is a pause in a poll of that runtime, which goes on afterwards. */
    private final boolean pause;

    Entered(TaskRuntime runtime, boolean pause) {
        this.runtime = runtime;
        this.pause = pause;
        outer = INNERMOST.get();
        polling = Context.current();
        INNERMOST.set(this);
    }

    /** Returns the runtime the calling thread is in: entered, polling, or running a blocking call. */
    static @Nullable TaskRuntime current() {
        Context cx = Context.current();
        Entered stay = INNERMOST.get();
        if (stay != null && stay.polling == cx) {
            return stay.runtime;
        }
        Host host = cx != null ? cx.host() : BlockingPool.currentHost();
        return host == null ? null : host.service(TaskRuntime.class);
    }

    /** Tells whether the calling thread is in a poll of the runtime, paused or not: it cannot await its end. */
    static boolean isInPollOf(TaskRuntime runtime) {
        Context cx = Context.current();
        if (cx != null && cx.host().service(TaskRuntime.class) == runtime) {
            return true;
        }
        for (Entered stay = INNERMOST.get(); stay != null; stay = stay.outer) {
            if (stay.pause && stay.runtime == runtime) {
                return true;
            }
        }
        return false;
    }

    /**
     * Ends the stay.
     *
     * @throws IllegalStateException on another thread, or while a stay begun later has not ended
     */
    @Override
    public void close() {
        if (INNERMOST.get() != this) {
            throw new IllegalStateException("the stay in " + runtime + " is not the innermost of thread "
                    + Thread.currentThread().getName() + ": end stays in the reverse order, on the thread that began");
        }
        end();
    }

    /** Ends the stay, and with it those begun later that have not ended. */
    void end() {
        if (outer == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(outer);
        }
    }
}
