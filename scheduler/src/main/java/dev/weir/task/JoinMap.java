package dev.weir.task;

import dev.weir.task.EndedTasks.Member;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tasks with keys, at most one a key, joined in the order in which they end. A task spawned on a key that is taken
 * cancels the one before, of which nothing is heard any more: the map speaks of the present task of a key only.
 *
 * <p>One owner at a time calls the methods and polls what they return, as with {@link JoinSet}. Closing the map cancels
 * what it holds.
 *
 * @param <K> the type of the keys, with {@code equals} and {@code hashCode}
 * @param <T> the type of the results
 */
@SpawnsForCaller
public final class JoinMap<K, T extends @Nullable Object> implements AutoCloseable {
    private final Spawner spawner;
    private final JoinSet<T> tasks;
    private final Map<K, Member<T>> members = new HashMap<>();
    private final Map<JoinHandle<T>, K> keys = new HashMap<>();

    /**
     * Creates an empty map.
     *
     * @param spawner starts the tasks: a runtime, or one with options
     */
    public JoinMap(Spawner spawner) {
        this.spawner = Objects.requireNonNull(spawner, "spawner");
        this.tasks = new JoinSet<>(spawner);
    }

    /**
     * Starts a task under a key, and cancels the one that had it.
     *
     * @return its handle; it may be dropped
     * @throws IllegalStateException if the map is closed
     */
    public JoinHandle<T> spawn(K key, Pollable<T> pollable) {
        Objects.requireNonNull(key, "key");
        JoinHandle<T> handle = spawner.spawn(pollable);
        Member<T> member;
        try {
            member = tasks.admit(handle);
        } catch (IllegalStateException closed) {
            handle.cancel();
            throw closed;
        }
        Member<T> before = members.put(key, member);
        if (before != null) {
            keys.remove(before.handle);
            tasks.forget(before);
            before.handle.cancel();
        }
        keys.put(handle, key);
        return handle;
    }

    /**
     * Waits for the next task that ends, which then leaves the map. Null if the map is empty. Giving up the wait loses
     * nothing.
     */
    public Pollable<@Nullable Ended<K, T>> joinNext() {
        return this::pollNext;
    }

    private Poll<@Nullable Ended<K, T>> pollNext(Context cx) {
        Poll<@Nullable JoinHandle<T>> next = tasks.pollNext(cx);
        return next.isPending() ? Poll.pending() : Poll.ready(left(next.get()));
    }

    /** Returns a task that has ended, which leaves the map; null if there is none at present. */
    public @Nullable Ended<K, T> tryJoinNext() {
        return left(tasks.tryJoinNext());
    }

    private @Nullable Ended<K, T> left(@Nullable JoinHandle<T> handle) {
        if (handle == null) {
            return null;
        }
        K key = Objects.requireNonNull(keys.remove(handle));
        members.remove(key);
        return new Ended<>(key, handle);
    }

    /** Cancels the task of a key, which stays in the map until it is joined; false if the key has none. */
    public boolean cancel(K key) {
        Member<T> member = members.get(key);
        if (member == null) {
            return false;
        }
        member.handle.cancel();
        return true;
    }

    /** Cancels the tasks of all keys that match; they stay in the map until they are joined. */
    public void cancelIf(Predicate<? super K> matches) {
        members.forEach((key, member) -> {
            if (matches.test(key)) {
                member.handle.cancel();
            }
        });
    }

    /** Cancels every task; they stay in the map until they are joined. */
    public void cancelAll() {
        tasks.cancelAll();
    }

    /** Cancels every task and waits until all have ended, whatever their outcome. */
    public Pollable<@Nullable Void> shutdown() {
        return cx -> {
            cancelAll(); // in every poll: somebody may have spawned in between
            for (; ; ) {
                Poll<@Nullable Ended<K, T>> next = pollNext(cx);
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
        members.clear();
        keys.clear();
        tasks.detachAll();
    }

    /** Tells whether a key has a task that was not joined, whether or not it has ended. */
    public boolean contains(K key) {
        return members.containsKey(key);
    }

    /** Returns the keys of the tasks that were not joined, as they are now. */
    public Set<K> keys() {
        return Set.copyOf(members.keySet());
    }

    /** Returns the number of tasks that were not joined. */
    public int size() {
        return members.size();
    }

    public boolean isEmpty() {
        return members.isEmpty();
    }

    /** Cancels every task and lets go of it. Does not wait: that is {@link #shutdown()}. Idempotent. */
    @Override
    public void close() {
        members.clear();
        keys.clear();
        tasks.close();
    }

    /**
     * A task that has ended.
     *
     * @param key what it was spawned under
     * @param handle its handle, which has resolved
     */
    public record Ended<K, T extends @Nullable Object>(K key, JoinHandle<T> handle) {}
}
