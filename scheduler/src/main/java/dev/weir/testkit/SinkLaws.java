package dev.weir.testkit;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.time.Duration;
import java.util.Objects;

/**
 * A sink that behaves as the one it wraps and throws an {@link AssertionError} when either side, the sink or its owner,
 * breaks the contract of {@link Sink}: calls that overlap, an item sent without room, sent twice for one answer of
 * {@code pollReady} or after {@code pollFinish}, anything but {@code close} after a failure, anything after {@code
 * close}, a {@code close} that throws, and calls that took longer than a bound.
 *
 * <p>{@link #assertWakerKept()} and {@link #assertClosed()} check what no single call shows.
 *
 * @param <T> the type of the items
 */
public final class SinkLaws<T> implements Sink<T> {
    private static final String ONE_OWNER = "one owner";
    private static final String ROOM_FIRST = "room first";
    private static final String CLOSED_ONCE = "closed once";
    private static final String BOUNDED = "bounded";

    private final Sink<T> sink;
    private final Calls calls;
    private final WakerTrace trace = new WakerTrace();
    private volatile boolean waiting;
    private volatile boolean closed;
    private boolean ready;
    private boolean finishing;
    private boolean failed;

    private SinkLaws(Sink<T> sink, Duration bound) {
        this.sink = Objects.requireNonNull(sink, "sink");
        this.calls = new Calls(sink, bound);
    }

    /** Wraps a sink that nobody has called yet. */
    public static <T> SinkLaws<T> check(Sink<T> sink) {
        return check(sink, SourceLaws.DEFAULT_BOUND);
    }

    /**
     * Wraps a sink that nobody has called yet.
     *
     * @param bound how long a call may take, positive
     */
    public static <T> SinkLaws<T> check(Sink<T> sink, Duration bound) {
        return new SinkLaws<>(sink, bound);
    }

    @Override
    public boolean pollReady(Context cx) throws Exception {
        ready = ask("pollReady", cx, sink::pollReady);
        return ready;
    }

    @Override
    public void send(T item) throws Exception {
        Objects.requireNonNull(item, "item");
        calls.begin(ONE_OWNER, "send");
        try {
            requireUsable("send");
            calls.require(!finishing, ROOM_FIRST, "send after pollFinish");
            calls.require(ready, ROOM_FIRST, "send of " + item + " without pollReady");
            ready = false;
            sink.send(item);
            calls.requireInTime(BOUNDED, "send");
        } catch (Throwable thrown) {
            failed = true;
            throw thrown;
        } finally {
            calls.end();
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws Exception {
        return ask("pollFlush", cx, sink::pollFlush);
    }

    @Override
    public boolean pollFinish(Context cx) throws Exception {
        finishing = true;
        return ask("pollFinish", cx, sink::pollFinish);
    }

    @Override
    public void close() {
        end("close", sink::close);
    }

    /** Counts as a close. */
    @Override
    public void abort() {
        end("abort", sink::abort);
    }

    private void end(String call, Runnable end) {
        calls.begin(ONE_OWNER, call);
        try {
            calls.require(!closed, CLOSED_ONCE, "second close");
            closed = true;
            waiting = false;
            run(call, end);
            calls.requireInTime(BOUNDED, call);
        } finally {
            calls.end();
        }
    }

    private void run(String call, Runnable end) {
        try {
            end.run();
        } catch (Throwable thrown) {
            AssertionError error = calls.broken(CLOSED_ONCE, call + " threw " + thrown);
            error.addSuppressed(thrown);
            throw error;
        }
    }

    private boolean ask(String call, Context cx, Question question) throws Exception {
        calls.begin(ONE_OWNER, call);
        try {
            requireUsable(call);
            waiting = false;
            boolean yes = question.ask(trace.context(cx));
            calls.requireInTime(BOUNDED, call);
            waiting = !yes;
            return yes;
        } catch (Throwable thrown) {
            failed = true;
            throw thrown;
        } finally {
            calls.end();
        }
    }

    private void requireUsable(String call) {
        calls.require(!closed, CLOSED_ONCE, call + " after close");
        calls.require(!failed, CLOSED_ONCE, call + " after a failure");
    }

    /**
     * Checks after a call that answered false that the waker has been woken since, or is at least kept by somebody;
     * see {@link SourceLaws#assertWakerKept()} for what this does not show.
     *
     * @throws IllegalStateException if the last call did not answer false, or if the collector does not run on request
     */
    public void assertWakerKept() {
        if (!waiting) {
            throw new IllegalStateException("the last call did not answer false [" + sink + "]");
        }
        calls.require(trace.isAlive(), "waker kept", "the sink answered false and nobody keeps the waker");
    }

    /** Throws the first violation again if there was one, and then requires that the sink was closed. */
    public void assertClosed() {
        calls.rethrowViolation();
        calls.require(closed, CLOSED_ONCE, "never closed");
    }

    @Override
    public String toString() {
        return "SinkLaws[" + sink + "]";
    }

    @FunctionalInterface
    private interface Question {
        boolean ask(Context cx) throws Exception;
    }
}
