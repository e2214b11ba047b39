package dev.weir.queue;

import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The unbounded FIFO that all workers share: what comes from outside, and what overflows. A lock around an array;
 * workers take from it in batches and look at the size without the lock.
 *
 * @param <E> the type of the elements
 */
public final class InjectQueue<E> {
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<E> elements = new ArrayDeque<>();
    private volatile int size;

    /** Appends an element. */
    public void add(E element) {
        lock.lock();
        try {
            elements.addLast(element);
            size = elements.size();
        } finally {
            lock.unlock();
        }
    }

    /** Appends several elements in their order. */
    public void addAll(List<? extends E> some) {
        lock.lock();
        try {
            elements.addAll(some);
            size = elements.size();
        } finally {
            lock.unlock();
        }
    }

    /** Takes the oldest element, or null. */
    public @Nullable E poll() {
        if (size == 0) {
            return null;
        }
        lock.lock();
        try {
            E element = elements.pollFirst();
            size = elements.size();
            return element;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the oldest element, and moves some that follow into a worker's own queue.
     *
     * @param own the caller's own queue
     * @param limit how many to take in all at most, at least 1
     * @return the oldest, to run at once; null if there was none
     */
    public @Nullable E pollInto(WorkQueue<E> own, int limit) {
        if (size == 0) {
            return null;
        }
        lock.lock();
        try {
            E first = elements.pollFirst();
            for (int i = 1; i < limit; i++) {
                E next = elements.peekFirst();
                if (next == null || !own.offer(next)) {
                    break;
                }
                elements.removeFirst();
            }
            size = elements.size();
            return first;
        } finally {
            lock.unlock();
        }
    }

    /** Returns the number of elements; without the lock, and ordered after what the caller did before. */
    public int size() {
        return size;
    }

    public boolean isEmpty() {
        return size == 0;
    }
}
