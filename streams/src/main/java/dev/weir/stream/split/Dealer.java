package dev.weir.stream.split;

import dev.weir.stream.op.Ending;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is done by whoever pulls for a {@link Splitter}: takes items from upstream and puts each where it belongs. It is in
 * one hand at a time, which the splitter sees to; what others look at it changes under the splitter's lock.
 */
final class Dealer<K, T> {
    /** So many parts that were left are not looked for. */
    private static final int FEW = 16;

    private final Splitter<K, T> splitter;
    private final Source<? extends T> upstream;
    /** The parts to whose keys items go. Keys are the user's: they are hashed and compared here alone, under no lock. */
    private final Map<K, Part<K, T>> parts = new HashMap<>();

    private boolean foundNothing;

    Dealer(Splitter<K, T> splitter, Source<? extends T> upstream) {
        this.splitter = splitter;
        this.upstream = upstream;
    }

    /** Pulls until the caller has what it waits for or will never have it, or there is nothing to pull. */
    <X> @Nullable X pullUntil(Asker<X> asker, Context own) throws Exception {
        foundNothing = false;
        do {
            T item = splitter.stock.kept(); // written by who pulls
            Part<K, T> to = splitter.stock.keptFor();
            Fate fate;
            if (item != null && to != null) {
                fate = place(to, to.key, item, asker);
            } else {
                item = upstream.poll(own);
                if (item == null) {
                    foundNothing = true;
                    return null;
                }
                fate = place(null, splitter.routing.keyOf(item), item, asker);
            }
            if (fate == Fate.KEPT) {
                return null;
            }
            if (fate == Fate.LOOK) {
                splitter.lock.lock();
                try {
                    X found = asker.take();
                    if (found != null || asker.isOver()) {
                        return found;
                    }
                } finally {
                    splitter.lock.unlock();
                }
            }
        } while (own.mayGoOn());
        return null;
    }

    /** Tells whether the last pull has ended because upstream had nothing. */
    boolean hasFoundNothing() {
        return foundNothing;
    }

    /** Tells whether upstream has completed, and all that came from it is where it belongs. */
    boolean hasCompleted(Context own) throws Exception {
        return splitter.stock.kept() == null && Ending.completed(upstream, own);
    }

    /**
     * Puts an item into its part; unless there is no room, who waits for it is woken, or is the one who pulls.
     *
     * @param known the part, if it has been looked up before
     */
    private Fate place(@Nullable Part<K, T> known, K key, T item, Asker<?> puller) {
        Part<K, T> part = known != null ? known : partOf(key);
        Waker waiter;
        boolean look;
        boolean opens;
        int left;
        splitter.lock.lock();
        try {
            opens = !part.announced;
            Asker<?> to = opens ? splitter.outer : part; // an item that opens a part is the owner's to find
            if (!splitter.stock.put(part, item)) {
                return Fate.KEPT;
            }
            look = to == puller || puller.isOver();
            waiter = to == puller ? null : to.takeWaiter();
            left = splitter.stock.left();
        } finally {
            splitter.lock.unlock();
        }
        try {
            note(part, opens, left);
            if (splitter.routing.isLast(item)) {
                complete(part);
            }
        } finally { // also if a predicate or a key has thrown: nobody knows any more who waited
            if (waiter != null) {
                waiter.wake();
            }
        }
        return look ? Fate.LOOK : Fate.ELSEWHERE;
    }

    private void note(Part<K, T> part, boolean opens, int left) {
        if (opens && part.announced) {
            parts.put(part.key, part);
        }
        if (left > FEW && left > parts.size() / 2) {
            forgetThoseLeft();
        }
    }

    private Part<K, T> partOf(K key) {
        Part<K, T> part = parts.get(key);
        return part != null && !splitter.stock.isFollowed(part) ? part : new Part<>(splitter, key);
    }

    /** So what is left costs no more than what is not, and nobody who leaves has to touch a key. */
    private void forgetThoseLeft() {
        splitter.lock.lock();
        try {
            splitter.stock.forgetLeft();
        } finally {
            splitter.lock.unlock();
        }
        parts.values().removeIf(splitter.stock::isFollowed);
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
        try {
            parts.remove(part.key, part);
        } finally {
            if (reader != null) {
                reader.wake();
            }
        }
    }

    /** What has become of an item. */
    private enum Fate {
        /** There was no room for it. */
        KEPT,
        /** It is where another one finds it. */
        ELSEWHERE,
        /** Who pulls may have it, or may have nothing to wait for any more. */
        LOOK
    }
}
