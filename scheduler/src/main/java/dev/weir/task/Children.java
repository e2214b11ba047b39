package dev.weir.task;

import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The computations that one computation awaits at the same time: polls those worth polling, and closes each once. Few
 * are all polled in each poll, with the context of their parent, which allocates nothing. Many get wakers of their own,
 * so that a poll costs O(ready).
 *
 * <p>Belongs to the parent, as all it polls does.
 */
final class Children {
    /** So many polls in vain cost about as much as one look into a {@link ReadySet}. */
    static final int FEW = 8;

    private static final HostLocal<Fairness> FAIRNESS = HostLocal.withInitial(Fairness::new);

    /** Null once it was closed. */
    private final @Nullable Pollable<?>[] children;

    private final @Nullable ReadySet ready;
    private int left;

    /** Of many, the child of the first bit, drawn at the first poll; -1 before. */
    private int first = -1;

    Children(List<? extends Pollable<?>> children) {
        this(children, FEW);
    }

    /** As above, with another idea of few. */
    Children(List<? extends Pollable<?>> children, int few) {
        this.children = new @Nullable Pollable<?>[children.size()];
        for (int i = 0; i < this.children.length; i++) {
            this.children[i] = Objects.requireNonNull(children.get(i), "child");
        }
        left = this.children.length;
        ready = left > few ? new ReadySet(left) : null;
        for (int i = 0; ready != null && i < left; i++) {
            ready.mark(i);
        }
    }

    /** What the parent does with what becomes of its children. */
    interface Parent {
        /**
         * A child has finished.
         *
         * @return whether to go on with the others: then the child is closed at once, else with the parent
         */
        boolean finished(int child, @Nullable Object result) throws Exception;

        /**
         * A child has failed; as above.
         *
         * @return whether to go on with the others
         * @throws Exception the failure, unless the parent bears it
         */
        boolean failed(int child, Exception failure) throws Exception;
    }

    /** Returns the number of children that have neither finished nor failed. */
    int left() {
        return left;
    }

    /** Polls the children in their order. */
    void poll(Context cx, Parent parent) throws Exception {
        pollFrom(0, cx, parent);
    }

    /**
     * Polls the children, beginning with any one of them, so that none comes before another for ever. Of many only the
     * first poll draws, as each has its bit from then on.
     */
    void pollFairly(Context cx, Parent parent) throws Exception {
        pollFrom(children.length > 1 && first < 0 ? anyChild(cx) : 0, cx, parent);
    }

    private int anyChild(Context cx) {
        return cx.local(FAIRNESS).next(cx, children.length);
    }

    private void pollFrom(int start, Context cx, Parent parent) throws Exception {
        if (ready != null) {
            first = first < 0 ? start : first;
            pollReady(ready, cx, parent);
            return;
        }
        for (int i = 0; i < children.length; i++) {
            if (!poll(wrapped(start + i), cx, parent)) {
                return;
            }
        }
    }

    private int wrapped(int child) {
        return child < children.length ? child : child - children.length;
    }

    /**
     * No longer than once round: what is woken meanwhile has woken the parent as well. One is polled even without budget,
     * which it may not need.
     */
    private void pollReady(ReadySet ready, Context cx, Parent parent) throws Exception {
        ready.register(cx.waker());
        int most = left;
        for (int turns = most; turns > 0; turns--) {
            int bit = turns < most ? ready.next(cx) : ready.next();
            if (bit < 0 || !poll(wrapped(first + bit), ready.context(bit, cx), parent)) {
                return;
            }
        }
        if (!ready.isEmpty()) {
            cx.waker().wake();
        }
    }

    private boolean poll(int child, Context cx, Parent parent) throws Exception {
        Pollable<?> pollable = children[child];
        if (pollable == null) {
            return true;
        }
        Poll<?> poll;
        try {
            poll = pollable.poll(cx);
        } catch (Exception failure) {
            left--;
            return parent.failed(child, failure) && close(child);
        }
        if (poll.isPending()) {
            return true;
        }
        left--;
        return parent.finished(child, poll.get()) && close(child);
    }

    /** Closes a child, unless it was; it is not polled again. Returns true, to go on. */
    private boolean close(int child) {
        Pollable<?> pollable = children[child];
        if (pollable != null) {
            children[child] = null;
            pollable.close();
        }
        return true;
    }

    /** Closes those that remain, all of them, and then throws the first of what they have thrown. */
    void close() {
        if (ready != null) {
            ready.retire();
        }
        closeFrom(0);
    }

    private void closeFrom(int first) {
        for (int i = first; i < children.length; i++) {
            try {
                close(i);
            } catch (RuntimeException | Error thrown) {
                try {
                    closeFrom(i + 1);
                } catch (RuntimeException | Error next) {
                    if (next != thrown) {
                        thrown.addSuppressed(next);
                    }
                }
                throw thrown;
            }
        }
    }

    /** The generator of a host, from the seed of its runtime, so that a run with the same seed chooses the same. */
    private static final class Fairness {
        private @Nullable RandomGenerator random;

        int next(Context cx, int bound) {
            if (random == null) {
                RandomGenerator own = cx.host().service(RandomGenerator.class);
                random = own != null ? own : new SplittableRandom(1);
            }
            return random.nextInt(bound);
        }
    }
}
