package dev.weir.task;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Several computations at the same time in one task, until all have ended. Each is closed as soon as it has. The first
 * failure is the failure of the whole, which closes the rest; {@link #settled} waits for all and tells of each what
 * became of it.
 *
 * <p>Each poll begins with another one, so that none uses up the budget of the task before the others for ever. Many are
 * polled only when they were woken: a poll costs O(ready).
 *
 * <p>For computations that are to run on several threads at once, spawn them and join their handles.
 *
 * @param <R> the type of the result
 */
public final class Join<R extends @Nullable Object> implements Pollable<R> {
    private final Children children;
    private final Outcomes<R> outcomes;

    private Join(List<? extends Pollable<?>> pollables, Outcomes<R> outcomes) {
        this.children = new Children(pollables);
        this.outcomes = outcomes;
    }

    /** Joins two computations, which become its own, and combines their results. */
    @SuppressWarnings("unchecked") // what the two have returned
    public static <A extends @Nullable Object, B extends @Nullable Object, R extends @Nullable Object> Join<R> of(
            Pollable<A> a, Pollable<B> b, BiFunction<? super A, ? super B, ? extends R> combine) {
        Objects.requireNonNull(combine, "combine");
        return new Join<>(List.of(a, b), new Results<>(2, all -> combine.apply((A) all.get(0), (B) all.get(1))));
    }

    /**
     * Joins computations, which become its own.
     *
     * @return their results in the order of the computations, in a list that cannot be changed; empty for none
     */
    @SuppressWarnings("unchecked") // what they have returned
    public static <T extends @Nullable Object> Join<List<T>> all(List<? extends Pollable<? extends T>> pollables) {
        return new Join<>(pollables, new Results<>(pollables.size(), all -> (List<T>) all));
    }

    /**
     * Joins computations, which become its own, and does not fail when one of them does.
     *
     * @return what became of each, in the order of the computations, in a list that cannot be changed
     */
    public static <T extends @Nullable Object> Join<List<Settled<T>>> settled(
            List<? extends Pollable<? extends T>> pollables) {
        return new Join<>(pollables, new Fates<T>(pollables.size()));
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        children.pollFairly(cx, outcomes);
        return children.left() == 0 ? Poll.ready(outcomes.result()) : Poll.pending();
    }

    @Override
    public void close() {
        children.close();
    }

    /**
     * What became of a computation.
     *
     * @param <T> the type of its result
     */
    public sealed interface Settled<T extends @Nullable Object> {
        /** It has finished. */
        record Finished<T extends @Nullable Object>(T result) implements Settled<T> {}

        /** It has failed. */
        record Failed<T extends @Nullable Object>(Exception failure) implements Settled<T> {}
    }

    /** Collects what becomes of the children. */
    private interface Outcomes<R extends @Nullable Object> extends Children.Parent {
        R result();
    }

    /** Makes a result of theirs. */
    private interface Finisher<R extends @Nullable Object> {
        R apply(List<@Nullable Object> results);
    }

    private static final class Results<R extends @Nullable Object> implements Outcomes<R> {
        private final List<@Nullable Object> results;
        private final Finisher<R> finisher;

        Results(int count, Finisher<R> finisher) {
            this.results = new ArrayList<>(count);
            this.finisher = finisher;
            for (int i = 0; i < count; i++) {
                results.add(null);
            }
        }

        @Override
        public boolean finished(int child, @Nullable Object result) {
            results.set(child, result);
            return true;
        }

        @Override
        public boolean failed(int child, Exception failure) throws Exception {
            throw failure;
        }

        @Override
        public R result() {
            return finisher.apply(Collections.unmodifiableList(results));
        }
    }

    private static final class Fates<T extends @Nullable Object> implements Outcomes<List<Settled<T>>> {
        private final List<@Nullable Settled<T>> fates;

        Fates(int count) {
            this.fates = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                fates.add(null);
            }
        }

        @Override
        @SuppressWarnings({"unchecked", "NullAway"}) // of one of the children; null only where T admits it
        public boolean finished(int child, @Nullable Object result) {
            fates.set(child, new Settled.Finished<>((T) result));
            return true;
        }

        @Override
        public boolean failed(int child, Exception failure) {
            fates.set(child, new Settled.Failed<>(failure));
            return true;
        }

        @Override
        @SuppressWarnings("unchecked") // all are there
        public List<Settled<T>> result() {
            return (List<Settled<T>>) (List<?>) Collections.unmodifiableList(fates);
        }
    }
}
