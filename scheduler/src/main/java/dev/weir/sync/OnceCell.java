package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is computed once, by the first task that needs it, while the others wait. When the computation fails or is
 * given up, the next who waits computes it.
 *
 * <pre>{@code
 * OnceCell<String> config = new OnceCell<>();
 * JoinHandle<String> here = runtime.spawn(config.getOrCompute(() -> load));
 * JoinHandle<String> there = runtime.spawn(config.getOrCompute(() -> load)); // waits for the first
 * }</pre>
 *
 * @param <T> the type of the value, which is never null
 */
public final class OnceCell<T> {
    private final AtomicReference<@Nullable T> value = new AtomicReference<>();

    /** Who holds the one permit may compute; closed for good when there is a value. */
    private final Permits turn = new Permits(1);

    /** Returns the value, or null if there is none so far. */
    public @Nullable T get() {
        return value.get();
    }

    /** Sets the value, unless there is one or it is being computed. Tells whether it has. */
    public boolean set(T value) {
        Objects.requireNonNull(value, "value");
        if (!turn.tryTake(1)) {
            return false;
        }
        settle(value);
        return true;
    }

    /**
     * Waits for the value and computes it if it is this task's turn.
     *
     * <p>Cancel safety: closed while it computes, it closes the computation, and the next who waits starts anew.
     *
     * @param computation called when it is its turn; its failure fails this pollable alone
     */
    public Pollable<T> getOrCompute(Supplier<? extends Pollable<T>> computation) {
        return new Getting(Objects.requireNonNull(computation, "computation"));
    }

    private void settle(T value) {
        this.value.set(value);
        turn.close(); // wakes all who wait: they find the value
    }

    private final class Getting implements Pollable<T> {
        private final Supplier<? extends Pollable<T>> computation;
        private final Waiter waiter = new Waiter();
        private boolean computing;
        private @Nullable Pollable<T> computed;

        Getting(Supplier<? extends Pollable<T>> computation) {
            this.computation = computation;
        }

        @Override
        public Poll<T> poll(Context cx) throws Exception {
            T there = value.get();
            if (there != null) {
                return Poll.ready(there);
            }
            if (!computing) {
                try {
                    computing = turn.poll(cx, waiter);
                } catch (ClosedException e) {
                    return Poll.ready(Objects.requireNonNull(value.get())); // set before the turns ended
                }
                if (!computing) {
                    return Poll.pending();
                }
            }
            return compute(cx);
        }

        private Poll<T> compute(Context cx) throws Exception {
            try {
                if (computed == null) {
                    computed = Objects.requireNonNull(computation.get(), "computation");
                }
                Poll<T> answer = computed.poll(cx);
                if (answer.isReady()) {
                    settle(Objects.requireNonNull(answer.get(), "the computed value"));
                }
                return answer;
            } catch (Throwable thrown) {
                close(); // now: the next must not wait for this task's owner
                throw thrown;
            }
        }

        @Override
        public void close() {
            Pollable<T> begun = computed;
            computed = null;
            try {
                if (begun != null) {
                    begun.close();
                }
            } finally {
                if (computing) {
                    computing = false;
                    turn.give(1);
                } else {
                    turn.giveUp(waiter);
                }
            }
        }
    }
}
