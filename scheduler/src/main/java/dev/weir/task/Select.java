package dev.weir.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Waits for the first of several different computations, and makes one result of whichever it was:
 *
 * <pre>{@code
 * Pollable<String> next = Select.<String>of()
 *         .on(message, text -> "said " + text)
 *         .on(Sleep.of(Duration.ofSeconds(5)), over -> "silent")
 *         .onItem(commands, command -> "told to " + command);
 * }</pre>
 *
 * <p>The computations belong to it; all are closed with it, the losers too, each once. A source does not: it loses nothing
 * when another branch wins, and can be selected from again. A failure of any branch is the failure of the whole.
 *
 * <p>A branch may be disabled: by a condition that does not hold, by a result that does not match, or because its source
 * has ended. It is then polled no more. When all branches are disabled the {@linkplain #orElse alternative} is the
 * result; without one the poll throws {@link IllegalStateException}.
 *
 * <p>Each poll begins with another branch, chosen at random from the seed of the runtime; with more than a few the first
 * poll chooses for all. {@link #biased()} polls them in their order instead. Built by one thread and then polled by its
 * owner.
 *
 * @param <R> the type of the result
 */
public final class Select<R extends @Nullable Object> implements Pollable<R> {
    private final List<Pollable<?>> pollables = new ArrayList<>();
    private final List<Branch<?, R>> branches = new ArrayList<>();
    private final List<Pollable<?>> unused = new ArrayList<>();
    private final Choice choice = new Choice();
    private boolean biased;
    private @Nullable Supplier<? extends R> alternative;
    private @Nullable Children children;
    private @Nullable Poll<R> result;

    private Select() {}

    /** Begins a select without branches. */
    public static <R extends @Nullable Object> Select<R> of() {
        return new Select<>();
    }

    /** Adds a branch. */
    public <T extends @Nullable Object> Select<R> on(Pollable<T> pollable, Function<? super T, ? extends R> then) {
        return onMatch(pollable, result -> true, then);
    }

    /** Adds a branch if a condition holds; else the computation is never polled, but closed with the others. */
    public <T extends @Nullable Object> Select<R> onIf(
            boolean condition, Pollable<T> pollable, Function<? super T, ? extends R> then) {
        if (condition) {
            return on(pollable, then);
        }
        requireNotBegun();
        unused.add(Objects.requireNonNull(pollable, "pollable"));
        return this;
    }

    /** Adds a branch that is disabled by a result which does not match. */
    public <T extends @Nullable Object> Select<R> onMatch(
            Pollable<T> pollable, Predicate<? super T> matches, Function<? super T, ? extends R> then) {
        requireNotBegun();
        branches.add(new Branch<>(Objects.requireNonNull(matches, "matches"), Objects.requireNonNull(then, "then")));
        pollables.add(Objects.requireNonNull(pollable, "pollable"));
        return this;
    }

    /** Adds a branch for the next item of a source, which stays its owner's. The end of the source disables the branch. */
    public <T> Select<R> onItem(Source<T> source, Function<? super T, ? extends R> then) {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(then, "then");
        return onMatch(new NextItem<T>(source), Optional::isPresent, item -> then.apply(item.orElseThrow()));
    }

    /** Sets what is the result when all branches are disabled. */
    public Select<R> orElse(Supplier<? extends R> alternative) {
        requireNotBegun();
        this.alternative = Objects.requireNonNull(alternative, "alternative");
        return this;
    }

    /** Polls the branches in their order: of several that are ready the first one wins. */
    public Select<R> biased() {
        biased = true;
        return this;
    }

    @Override
    public Poll<R> poll(Context cx) throws Exception {
        if (children == null) {
            children = new Children(pollables);
        }
        if (biased) {
            children.poll(cx, choice);
        } else {
            children.pollFairly(cx, choice);
        }
        if (result == null && children.left() == 0) {
            if (alternative == null) {
                throw new IllegalStateException("all branches of the select are disabled, and there is no alternative");
            }
            result = Poll.ready(alternative.get());
        }
        return result != null ? result : Poll.pending();
    }

    @Override
    public void close() {
        if (children == null) {
            children = new Children(pollables);
        }
        try {
            children.close();
        } finally {
            new Children(unused).close();
        }
    }

    private void requireNotBegun() {
        if (children != null) {
            throw new IllegalStateException("the select has been polled: its branches can no longer be changed");
        }
    }

    private final class Choice implements Children.Parent {
        @Override
        public boolean finished(int child, @Nullable Object value) {
            result = branches.get(child).answer(value);
            return result == null;
        }

        @Override
        public boolean failed(int child, Exception failure) throws Exception {
            throw failure;
        }
    }

    private record Branch<T extends @Nullable Object, R extends @Nullable Object>(
            Predicate<? super T> matches, Function<? super T, ? extends R> then) {
        /** Returns null if the result does not match. */
        @SuppressWarnings("unchecked") // the result of the branch's own computation
        @Nullable Poll<R> answer(@Nullable Object value) {
            T result = (T) value;
            return matches.test(result) ? Poll.ready(then.apply(result)) : null;
        }
    }

    /** Lends a source for one item: empty at its end. */
    private record NextItem<T>(Source<T> source) implements Pollable<Optional<T>> {
        @Override
        public Poll<Optional<T>> poll(Context cx) throws Exception {
            T item = source.poll(cx);
            if (item != null) {
                return Poll.ready(Optional.of(item));
            }
            return source.isDone() ? Poll.ready(Optional.empty()) : Poll.pending();
        }
    }
}
