package dev.weir.testkit;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A source that behaves as the one it wraps and throws an {@link AssertionError} that names the law when either side,
 * the source or its owner, breaks one of the {@linkplain dev.weir.task laws of a source}.
 *
 * <dl>
 *   <dt>S1</dt><dd>Calls that overlap, on two threads or by re-entry. Only overlaps that happen are seen.
 *   <dt>S2</dt><dd>Not checked by itself, but by {@link #assertWakerKept()}, and only in part.
 *   <dt>S3</dt><dd>{@code isDone} that goes back to false or throws; an item after {@code isDone} was true. It is asked
 *       before and after each poll.
 *   <dt>S4</dt><dd>Anything after {@code close}, a poll after one that threw; a missing close is found by {@link
 *       #assertClosed()}.
 *   <dt>S5</dt><dd>A call that took longer than a bound, found when it returns: one that never returns is left to the
 *       test's own timeout. More than {@value Budget#DEFAULT} items in a row although the budget was used up.
 * </dl>
 *
 * <p>The errors are thrown into whoever calls, where a careless operator may catch them; {@link #assertClosed()} throws
 * the first one again.
 *
 * @param <T> the type of the items
 */
public final class SourceLaws<T> implements Source<T> {
    /** How long a call may take unless told otherwise: long enough for a collection on a busy machine. */
    public static final Duration DEFAULT_BOUND = Duration.ofSeconds(2);

    private final Source<T> source;
    private final Calls calls;
    private final WakerTrace trace = new WakerTrace();
    private volatile boolean waiting;
    private volatile boolean done;
    private volatile boolean failed;
    private volatile boolean closed;
    private int unpaid;

    private SourceLaws(Source<T> source, Duration bound) {
        this.source = Objects.requireNonNull(source, "source");
        this.calls = new Calls(source, bound);
    }

    /** Wraps a source that nobody has called yet. */
    public static <T> SourceLaws<T> check(Source<T> source) {
        return check(source, DEFAULT_BOUND);
    }

    /**
     * Wraps a source that nobody has called yet.
     *
     * @param bound how long a call may take, positive
     */
    public static <T> SourceLaws<T> check(Source<T> source, Duration bound) {
        return new SourceLaws<>(source, bound);
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        calls.begin("S1", "poll");
        try {
            calls.require(!closed, "S4", "poll after close");
            calls.require(!failed, "S4", "poll after a poll that threw");
            boolean wasDone = askDone();
            boolean broke = cx.budget().isExhausted();
            waiting = false;
            T item = pollSource(cx);
            calls.requireInTime("S5", "poll");
            calls.require(item == null || !wasDone, "S3", "item " + item + " although isDone was true");
            unpaid = item != null && broke ? unpaid + 1 : 0;
            calls.require(unpaid <= Budget.DEFAULT, "S5", unpaid + " items in a row without a budget to pay for them");
            waiting = !askDone() && item == null;
            return item;
        } finally {
            calls.end();
        }
    }

    private @Nullable T pollSource(Context cx) throws Exception {
        try {
            return source.poll(trace.context(cx));
        } catch (Throwable thrown) {
            failed = true;
            throw thrown;
        }
    }

    @Override
    public boolean isDone() {
        calls.begin("S1", "isDone");
        try {
            calls.require(!closed, "S4", "isDone after close");
            return askDone();
        } finally {
            calls.end();
        }
    }

    private boolean askDone() {
        boolean now;
        try {
            now = source.isDone();
        } catch (Throwable thrown) {
            AssertionError error = calls.broken("S3", "isDone threw " + thrown);
            error.addSuppressed(thrown);
            throw error;
        }
        calls.require(now || !done, "S3", "isDone went back to false");
        done = now;
        return now;
    }

    @Override
    public void close() {
        calls.begin("S1", "close");
        try {
            calls.require(!closed, "S4", "second close");
            closed = true;
            waiting = false;
            source.close();
            calls.requireInTime("S5", "close");
        } finally {
            calls.end();
        }
    }

    /**
     * Checks after a poll that answered "not now" that the waker has been woken since, or is at least kept by
     * somebody. That somebody <em>will</em> wake it, and that it was registered before the last look, cannot be seen
     * from here: let the event happen and ask {@link PollProbe#isWoken()}.
     *
     * <p>Slow: it runs the garbage collector. Polling a second time with a context of another waker first makes it
     * sharper, as a source that forgot to register then holds the wrong one.
     *
     * @throws IllegalStateException if the last call was not such a poll, or if the collector does not run on request
     */
    public void assertWakerKept() {
        if (!waiting) {
            throw new IllegalStateException("the last call was not a poll that answered \"not now\" [" + source + "]");
        }
        calls.require(trace.isAlive(), "S2", "poll answered \"not now\" and nobody keeps the waker");
    }

    /** Throws the first violation again if there was one, and then requires that the source was closed (S4). */
    public void assertClosed() {
        calls.rethrowViolation();
        calls.require(closed, "S4", "never closed");
    }

    @Override
    public String toString() {
        return "SourceLaws[" + source + "]";
    }
}
