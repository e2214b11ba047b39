package dev.weir.io.call;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Scheduler;
import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A resource that blocking calls use, one at a time, the first of which opens it, and that another thread may give up
 * meanwhile. Opened at most once: opening may do something, such as emptying a file, so it is not done for those who
 * have gone.
 *
 * <p>Who gives it up amid a call leaves the closing to the call. A close of its own might have to wait for the call, as
 * that of a file does, and take away what the call stands on, as that of a directory's stream does.
 *
 * <pre>
 * event \ state   IDLE                BUSY            BUSY_CLOSED         CLOSED
 * a call begins   BUSY, <em>go on</em>       <em>an error</em>        <em>refused</em>             <em>refused</em>
 * a call ends     -                   IDLE            CLOSED, <em>close it</em>    -
 * close           CLOSED, <em>close it</em>    BUSY_CLOSED     same                same
 * </pre>
 *
 * <p>The word orders the calls: what one wrote the next one sees, and so does who closes.
 *
 * @param <R> the type of the resource
 */
public final class Closing<R extends Closeable> {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    /** Opens a resource; may block. */
    @FunctionalInterface
    public interface Opening<R> {
        /** Returns a resource that was opened for the caller. */
        R open() throws IOException;
    }

    /** Uses a resource; may block. */
    @FunctionalInterface
    public interface Use<R, T extends @Nullable Object> {
        /** Returns what comes of it. */
        T of(R resource) throws Exception;
    }

    private enum State {
        IDLE,
        BUSY,
        BUSY_CLOSED,
        CLOSED
    }

    private final Opening<R> opening;
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private @Nullable R resource;

    /** Creates one that was not opened. */
    public Closing(Opening<R> opening) {
        this.opening = Objects.requireNonNull(opening, "opening");
    }

    /**
     * Uses the resource, which the first call opens, and closes it at the end if it was given up meanwhile; nobody wants
     * the result then.
     *
     * @throws IOException if it cannot be opened, or was closed before or while it was being opened
     * @throws IllegalStateException if another call is under way
     * @throws Exception what the use throws
     */
    public <T extends @Nullable Object> T call(Use<? super R, T> use) throws Exception {
        if (!toBusy()) {
            throw new IOException("closed before it was asked for");
        }
        try {
            return use.of(opened());
        } finally {
            if (toIdle() == State.CLOSED) {
                closeNow();
            }
        }
    }

    private R opened() throws IOException {
        R open = resource;
        if (open == null) {
            open = opening.open();
            resource = open;
            if (state.get() == State.BUSY_CLOSED) {
                throw new IOException("closed while it was being opened");
            }
        }
        return open;
    }

    /**
     * Closes the resource: now, at the end of the call that uses it, or as soon as it is opened. What the close throws
     * goes to the runtime's handler. Any thread; never waits for a call. Idempotent.
     */
    public void close() {
        if (toClosed() == State.IDLE) {
            closeNow();
        }
    }

    /** A call begins; false if there are no more calls. */
    private boolean toBusy() {
        State was = state.compareAndExchange(State.IDLE, State.BUSY);
        if (was == State.BUSY) {
            throw new IllegalStateException("a call is under way, and there is one at a time");
        }
        return was == State.IDLE;
    }

    /** The call ends; returns the state it leaves. If that is CLOSED, it closes what it has used. */
    private State toIdle() {
        return state.updateAndGet(was -> was == State.BUSY ? State.IDLE : State.CLOSED);
    }

    /** Nobody wants it any more; returns the state before. If that was IDLE, the caller closes what is there. */
    private State toClosed() {
        return state.getAndUpdate(was -> was == State.IDLE || was == State.CLOSED ? State.CLOSED : State.BUSY_CLOSED);
    }

    private void closeNow() {
        R open = resource;
        resource = null;
        if (open == null) {
            return;
        }
        try {
            open.close();
        } catch (Throwable thrown) {
            report(open, thrown);
        }
    }

    private void report(R open, Throwable thrown) {
        if (TaskRuntime.current() instanceof Scheduler scheduler) {
            scheduler.undeliverable(thrown);
        } else {
            LOG.log(System.Logger.Level.WARNING, open + " failed to close", thrown);
        }
    }

    @Override
    public String toString() {
        return "Closing[" + state.get() + "]";
    }
}
