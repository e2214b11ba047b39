package dev.weir.testkit;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A source that does what a script says and keeps the laws. The script may be continued at any time from any thread,
 * which wakes the waiting owner: where it stops, the source answers "not now" and waits.
 *
 * <pre>{@code
 * var source = ScriptedSource.of("a").pause().item("b");   // a, "not now" but woken at once, b, "not now"
 * source.item("c").end();                                  // and on it goes
 * }</pre>
 *
 * <p>It counts what its owner does; the counts may be read from any thread. Like every leaf it charges the budget.
 *
 * @param <T> the type of the items
 */
public final class ScriptedSource<T> implements Source<T> {
    private final Queue<Step<T>> script = new ConcurrentLinkedQueue<>();
    private final WakerCell waiter = new WakerCell();
    private final AtomicInteger polls = new AtomicInteger();
    private final AtomicInteger closes = new AtomicInteger();
    private volatile @Nullable Waker lastWaker;

    private ScriptedSource() {}

    /** Starts a script with these items. */
    @SafeVarargs
    public static <T> ScriptedSource<T> of(T... items) {
        ScriptedSource<T> source = new ScriptedSource<>();
        for (T item : items) {
            source.item(item);
        }
        return source;
    }

    /** Then an item. */
    public ScriptedSource<T> item(T item) {
        return then(new Item<>(Objects.requireNonNull(item, "item")));
    }

    /** Then one "not now" that wakes the owner at once. */
    public ScriptedSource<T> pause() {
        return then(new Pause<>());
    }

    /** Then the end. What is said after it is never reached. */
    public ScriptedSource<T> end() {
        return then(new End<>(null));
    }

    /** Then a failure. What is said after it is never reached. */
    public ScriptedSource<T> fail(Exception failure) {
        return then(new End<>(Objects.requireNonNull(failure, "failure")));
    }

    private ScriptedSource<T> then(Step<T> step) {
        script.add(step);
        waiter.wake();
        return this;
    }

    @Override
    public @Nullable T poll(Context cx) throws Exception {
        polls.incrementAndGet();
        lastWaker = cx.waker();
        if (isDone()) {
            return ended(); // S3: whatever the budget, a source that is done does not say "not now"
        }
        if (!cx.charge()) {
            return null;
        }
        waiter.register(cx.waker());
        Step<T> step = script.peek();
        if (step instanceof Item<T> item) {
            script.remove();
            return item.value;
        }
        cx.budget().refund();
        if (step instanceof Pause<T>) {
            script.remove();
            cx.waker().wake();
        }
        return step instanceof End<T> ? ended() : null;
    }

    private @Nullable T ended() throws Exception {
        if (script.peek() instanceof End<T> end && end.failure != null) {
            throw end.failure;
        }
        return null;
    }

    @Override
    public boolean isDone() {
        return script.peek() instanceof End<T>;
    }

    @Override
    public void close() {
        closes.incrementAndGet();
        waiter.clear();
    }

    /** Returns how often it was polled. */
    public int polls() {
        return polls.get();
    }

    /** Returns how often it was closed; every owner should make it 1. */
    public int closes() {
        return closes.get();
    }

    /** Returns the waker of the last poll, or null before the first. */
    public @Nullable Waker lastWaker() {
        return lastWaker;
    }

    @Override
    public String toString() {
        return "ScriptedSource" + script;
    }

    private sealed interface Step<T> {}

    private record Item<T>(T value) implements Step<T> {}

    private record Pause<T>() implements Step<T> {}

    private record End<T>(@Nullable Exception failure) implements Step<T> {}
}
