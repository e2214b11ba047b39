package dev.weir.stream.split;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import org.jspecify.annotations.Nullable;

/**
 * What is done by whoever pulls for a {@link Splitter}: takes items from upstream and puts each where it belongs. It is in
 * one hand at a time, which the splitter sees to; what others look at it changes under the splitter's lock.
 */
final class Dealer<K, T> {
    private final Splitter<K, T> splitter;
    private final Source<? extends T> upstream;

    Dealer(Splitter<K, T> splitter, Source<? extends T> upstream) {
        this.splitter = splitter;
        this.upstream = upstream;
    }

    /** Pulls until the caller has what it waits for or will never have it, or there is nothing to pull. */
    <X> @Nullable X pullUntil(Asker<X> asker, Context own) throws Exception {
        do {
            T item = splitter.stock.kept(); // written by who pulls
            Part<K, T> to = splitter.stock.keptFor();
            if (item == null || to == null) {
                item = upstream.poll(own);
                if (item == null) {
                    return null;
                }
                to = partOf(splitter.routing.keyOf(item));
            }
            if (!place(to, item, asker)) {
                return null;
            }
            splitter.lock.lock();
            try {
                X found = asker.take();
                if (found != null || asker.isOver()) {
                    return found;
                }
            } finally {
                splitter.lock.unlock();
            }
        } while (own.mayGoOn());
        return null;
    }

    /** Tells whether upstream has completed, and all that came from it is where it belongs. */
    boolean hasCompleted(Context own) throws Exception {
        return splitter.stock.kept() == null && Ending.completed(upstream, own);
    }

    private Part<K, T> partOf(K key) {
        splitter.lock.lock();
        try {
            Part<K, T> part = splitter.stock.part(key);
            return part != null ? part : new Part<>(splitter, key);
        } finally {
            splitter.lock.unlock();
        }
    }

    /** False if there is no room: the item is kept. Else who waits for it is woken, unless that is who pulls. */
    private boolean place(Part<K, T> part, T item, Asker<?> puller) {
        Waker waiter;
        splitter.lock.lock();
        try {
            Asker<?> to = part.announced ? part : splitter.outer; // an item that opens a part is the owner's to find
            if (!splitter.stock.put(part, item)) {
                return false;
            }
            waiter = to == puller ? null : to.takeWaiter();
        } finally {
            splitter.lock.unlock();
        }
        try {
            if (splitter.routing.isLast(item)) {
                complete(part);
            }
        } finally { // also if a predicate has thrown: nobody knows any more who waited
            if (waiter != null) {
                waiter.wake();
            }
        }
        return true;
    }

    private void complete(Part<K, T> part) {
        Waker reader;
        splitter.lock.lock();
        try {
            part.complete = true;
            splitter.stock.remove(part);
            reader = part.takeAny();
        } finally {
            splitter.lock.unlock();
        }
        if (reader != null) {
            reader.wake();
        }
    }
}
