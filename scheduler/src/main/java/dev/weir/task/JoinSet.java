package dev.weir.task;

import dev.weir.task.EndedTasks.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * Tasks of one kind, joined in the order in which they end.
 *
 * <pre>{@code
 * try (JoinSet<Page> pages = new JoinSet<>(runtime)) {
 *     for (URI uri : uris) {
 *         pages.spawn(fetch(uri));
 *     }
 *     return runtime.blockOn(pages.joinAll());
 * }
 * }</pre>
 *
 * <p>One owner at a time, a task or a thread, calls the methods and polls what they return; the tasks run wherever their
 * spawner runs them. A poll costs what has ended since, not what is there. Every poll that yields a task charges one
 * operation of the budget, so that an owner with thousands of ended tasks lets its peers run in between.
 *
 * <p>Closing the set cancels what it still holds; see {@code TaskScope} for tasks that must have <em>ended</em> before
 * their owner goes on.
 *
 * @param <T> the type of the results
 */
@SpawnsForCaller
public final class JoinSet<T extends @Nullable Object> implements AutoCloseable {
    private final Spawner spawner;
    private EndedTasks<T> ended = new EndedTasks<>();
    /** The newest first. */
    private @Nullable Member<T> members;
    /** The newest that was cancelled with all: those after it were, too. */
    private @Nullable Member<T> cancelled;

    private int size;
    private boolean closed;

    /**
     * Creates an empty set.
     *
     * @param spawner starts the tasks: a runtime, or one with options such as {@code runtime.task().name("fetch")}
     */
    public JoinSet(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
    }

    /**
     * Starts a task that belongs to this set.
     *
     * @return its handle, for those who want this one in particular; it may be dropped
     * @throws IllegalStateException if the set is closed
     */
    public JoinHandle<T> spawn(Pollable<T> pollable) {
        refuseIfClosed();
        return add(spawner.spawn(pollable));
    }

    /**
     * Takes in a task that was started elsewhere, such as a blocking call.
     *
     * @return the handle
     * @throws IllegalStateException if the set is closed
     */
    public JoinHandle<T> add(JoinHandle<T> task) {
        admit(task);
        return task;
    }

    Member<T> admit(JoinHandle<T> task) {
        refuseIfClosed();
        Member<T> member = new Member<>(task, ended);
        member.memberAfter = members;
        if (members != null) {
            members.memberBefore = member;
        }
        members = member;
        size++;
        task.onEnd(member);
        return member;
    }

    private void refuseIfClosed() {
        if (closed) {
            throw new IllegalStateException("the set is closed: it takes no more tasks");
        }
    }

    /** Returns the number of tasks that have not been joined, whether or not they have ended. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /**
     * Waits for the next task that ends. The result is its handle, which has then resolved and left the set; null if
     * the set is empty. Giving up the wait loses nothing.
     */
    public Pollable<@Nullable JoinHandle<T>> joinNext() {
        return this::pollNext;
    }

    Poll<@Nullable JoinHandle<T>> pollNext(Context cx) {
        if (size == 0) {
            return Poll.ready(null);
        }
        if (!cx.charge()) {
            return Poll.pending();
        }
        JoinHandle<T> next = tryJoinNext();
        if (next == null) {
            ended.register(cx.waker());
            next = tryJoinNext();
        }
        if (next == null) {
            cx.budget().refund();
            return Poll.pending();
        }
        return Poll.ready(next);
    }

    /** Returns the handle of a task that has ended, which leaves the set; null if there is none at present. */
    public @Nullable JoinHandle<T> tryJoinNext() {
        Member<T> member = ended.take();
        while (member != null && member.isForgotten()) {
            member = ended.take();
        }
        if (member == null) {
            return null;
        }
        unlink(member);
        return member.handle;
    }

    /**
     * Waits for all and yields their results in the order of their ends. The first failure cancels the rest and is
     * thrown when all have ended, with further failures suppressed in it. The set is closed with the returned pollable;
     * closed early, that cancels what is left.
     */
    public Pollable<List<T>> joinAll() {
        return new JoinAll<>(this);
    }

    /**
     * Hands the set over to a source that yields the results in the order of their ends and completes when none is left.
     * The first failure cancels the rest and fails the source. The set is closed with the source.
     */
    public Source<T> results() {
        return new Results<>(this);
    }

    /** Cancels every task. They stay in the set until they are joined. */
    public void cancelAll() {
        for (Member<T> member = members; member != null && member != cancelled; member = member.memberAfter) {
            member.handle.cancel();
        }
        cancelled = members;
    }

    /** Cancels every task and waits until all have ended, whatever their outcome. */
    public Pollable<@Nullable Void> shutdown() {
        return cx -> {
            cancelAll(); // in every poll: somebody may have spawned in between
            for (; ; ) {
                Poll<@Nullable JoinHandle<T>> next = pollNext(cx);
                if (next.isPending()) {
                    return Poll.pending();
                }
                if (next.get() == null) {
                    return Poll.done();
                }
            }
        };
    }

    /** Lets go of every task; they run on, and nobody hears of their ends. */
    public void detachAll() {
        members = null;
        cancelled = null;
        size = 0;
        ended.abandon();
        ended = new EndedTasks<>(); // what ends from now on is added to what nobody holds
    }

    /** Cancels every task and lets go of it. Does not wait: that is {@link #shutdown()}. Idempotent. */
    @Override
    public void close() {
        closed = true;
        cancelAll();
        detachAll();
    }

    /** Lets go of one task. */
    void forget(Member<T> member) {
        member.forget();
        unlink(member);
    }

    private void unlink(Member<T> member) {
        Member<T> before = member.memberBefore;
        Member<T> after = member.memberAfter;
        if (before == null) {
            members = after;
        } else {
            before.memberAfter = after;
        }
        if (after != null) {
            after.memberBefore = before;
        }
        if (member == cancelled) {
            cancelled = after;
        }
        member.memberBefore = null; // its task may keep it for long
        member.memberAfter = null;
        size--;
    }

    @Override
    public String toString() {
        return "JoinSet[" + size + (closed ? ", closed]" : "]");
    }

    private static final class JoinAll<T extends @Nullable Object> implements Pollable<List<T>> {
        private final JoinSet<T> set;
        private final List<T> results = new ArrayList<>();
        private @Nullable Throwable failure;

        JoinAll(JoinSet<T> set) {
            this.set = set;
        }

        @Override
        public Poll<List<T>> poll(Context cx) throws Exception {
            for (; ; ) {
                Poll<@Nullable JoinHandle<T>> next = set.pollNext(cx);
                if (next.isPending()) {
                    return Poll.pending();
                }
                JoinHandle<T> handle = next.get();
                if (handle == null) {
                    break;
                }
                note(handle);
            }
            if (failure != null) {
                throw Task.asException(failure);
            }
            return Poll.ready(results);
        }

        private void note(JoinHandle<T> handle) {
            Throwable thrown = handle.failure();
            if (thrown == null) {
                results.add(handle.join());
            } else if (failure == null) {
                failure = thrown;
                set.cancelAll();
            } else if (thrown != failure && !(thrown instanceof CancellationException && handle.isCancelled())) {
                failure.addSuppressed(thrown);
            }
        }

        @Override
        public void close() {
            set.close();
        }
    }

    private static final class Results<T extends @Nullable Object> implements Source<T> {
        private final JoinSet<T> set;
        private boolean over;
        private @Nullable Throwable failure;

        Results(JoinSet<T> set) {
            this.set = set;
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            if (failure != null) {
                throw Task.asException(failure);
            }
            if (isDone()) {
                return null;
            }
            Poll<@Nullable JoinHandle<T>> next = set.pollNext(cx);
            JoinHandle<T> handle = next.isPending() ? null : next.get();
            if (handle == null) {
                return null;
            }
            failure = handle.failure();
            if (failure != null) {
                over = true;
                set.cancelAll();
                throw Task.asException(failure);
            }
            return Objects.requireNonNull(handle.join(), "a task of a source yielded null");
        }

        @Override
        public boolean isDone() {
            over |= set.isEmpty();
            return over;
        }

        @Override
        public void close() {
            set.close();
        }
    }
}
