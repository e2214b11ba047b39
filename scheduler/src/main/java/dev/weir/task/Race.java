package dev.weir.task;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Several computations of which the first to end decides: its result is the result, its failure the failure. With {@link
 * #toSucceed} failures do not count until all have failed. The losers are closed with the race, which its owner closes
 * when it is over, as all pollables.
 *
 * <p>Each poll begins with another one, chosen at random from the seed of the runtime, so that of two that are ready
 * neither always wins; with more than a few the first poll chooses for all. {@link #biased()} polls them in their order
 * instead.
 *
 * @param <T> the type of the result
 */
public final class Race<T extends @Nullable Object> implements Pollable<T> {
    private final Children children;
    private final Finish finish = new Finish();
    private final boolean bearsFailures;
    private boolean biased;
    private @Nullable Poll<T> result;
    private @Nullable Exception failures;

    private Race(List<? extends Pollable<? extends T>> pollables, boolean bearsFailures) {
        if (pollables.isEmpty()) {
            throw new IllegalArgumentException("pollables must not be empty: nobody would ever win");
        }
        children = new Children(pollables);
        this.bearsFailures = bearsFailures;
    }

    /** Races computations, which become its own. */
    @SafeVarargs
    @SuppressWarnings("varargs") // the array is only read
    public static <T extends @Nullable Object> Race<T> of(Pollable<? extends T>... pollables) {
        return of(List.of(pollables));
    }

    /**
     * Races computations, which become its own.
     *
     * @param pollables at least one
     */
    public static <T extends @Nullable Object> Race<T> of(List<? extends Pollable<? extends T>> pollables) {
        return new Race<>(pollables, false);
    }

    /**
     * Races computations for the first result. Fails only if all fail: with the first failure, which has the others
     * suppressed.
     *
     * @param pollables at least one
     */
    public static <T extends @Nullable Object> Race<T> toSucceed(List<? extends Pollable<? extends T>> pollables) {
        return new Race<>(pollables, true);
    }

    /** Polls in the given order, if said before the first poll: of several that are ready the first one wins. */
    public Race<T> biased() {
        biased = true;
        return this;
    }

    @Override
    public Poll<T> poll(Context cx) throws Exception {
        if (biased) {
            children.poll(cx, finish);
        } else {
            children.pollFairly(cx, finish);
        }
        return result != null ? result : Poll.pending();
    }

    @Override
    public void close() {
        children.close();
    }

    private final class Finish implements Children.Parent {
        @Override
        @SuppressWarnings("unchecked") // of one of the children
        public boolean finished(int child, @Nullable Object value) {
            result = Poll.ready((T) value);
            return false;
        }

        @Override
        public boolean failed(int child, Exception failure) throws Exception {
            if (failures == null) {
                failures = failure;
            } else if (failures != failure) {
                failures.addSuppressed(failure);
            }
            if (!bearsFailures || children.left() == 0) {
                throw failures;
            }
            return true;
        }
    }
}
