package dev.weir.stream.split;

import java.util.ArrayDeque;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Splitter} holds, which is bounded: so many items for each part, so many parts that wait to be taken, and
 * one item more, for which there is no room.
 *
 * <pre>
 * an item of            and there                              then
 * a part                is room in its queue                   it is queued
 *                       is none                                it is kept
 * a new part            is room among those that wait          the part waits to be taken, with its item
 *                       is none                                it is kept
 * one that was closed,  -                                      it is dropped
 * or will not be taken
 * </pre>
 *
 * While one is kept nothing is to be pulled. Guarded by the splitter's lock.
 */
final class Stock<K, T> {
    private final Routing<K, T> routing;
    private final int capacity;
    /** The first of the parts that were announced and are neither complete nor closed. */
    private @Nullable Part<K, T> live;
    /** How many were closed whose key may come again. */
    private int left;

    private final ArrayDeque<Part<K, T>> fresh = new ArrayDeque<>();
    private boolean closed;

    private @Nullable T kept;
    /** The part of what is kept, which itself has to wait for room unless it is announced. */
    private @Nullable Part<K, T> keptFor;
    /** How many have been kept so far. */
    private long keptCount;

    Stock(Routing<K, T> routing, int capacity) {
        this.routing = routing;
        this.capacity = capacity;
    }

    void forEachLive(Consumer<? super Part<K, T>> action) {
        for (Part<K, T> part = live; part != null; part = part.nextLive) {
            action.accept(part);
        }
    }

    private void addLive(Part<K, T> part) {
        part.nextLive = live;
        if (live != null) {
            live.previousLive = part;
        }
        live = part;
    }

    /** A part is complete or closed. */
    void remove(Part<K, T> part) {
        Part<K, T> previous = part.previousLive;
        Part<K, T> next = part.nextLive;
        if (previous != null) {
            previous.nextLive = next;
        } else if (live == part) {
            live = next;
        }
        if (next != null) {
            next.previousLive = previous;
        }
        part.previousLive = null;
        part.nextLive = null;
    }

    /** A part that was given has been closed. */
    void leave(Part<K, T> part) {
        remove(part);
        left += routing.reopens() ? 1 : 0;
    }

    /** Tells whether an item of the key of a part is one for a part to come. Also without the lock. */
    boolean isFollowed(Part<K, T> part) {
        return part.closed && routing.reopens();
    }

    int left() {
        return left;
    }

    void forgetLeft() {
        left = 0;
    }

    /** Takes the part that has waited longest. */
    @Nullable Part<K, T> takePart() {
        return fresh.poll();
    }

    boolean hasParts() {
        return !fresh.isEmpty();
    }

    /** False if there is no room: the item is kept. */
    boolean put(Part<K, T> part, T item) {
        if (!hasRoom(part, item)) {
            keptCount += kept == null ? 1 : 0;
            kept = item;
            keptFor = part;
            return false;
        }
        kept = null;
        keptFor = null;
        if (!part.closed && routing.isItem(item)) {
            part.queue.add(item);
        }
        return true;
    }

    /** Lets a new part wait to be taken, unless nobody will: then it goes, and its item with it. */
    private boolean hasRoom(Part<K, T> part, T item) {
        if (!part.announced && !closed) {
            if (fresh.size() == capacity) {
                return false;
            }
            part.announced = true;
            addLive(part);
            fresh.add(part);
        }
        return part.closed || part.queue.size() < capacity || !routing.isItem(item);
    }

    /** Returns the item for which there was no room. */
    @Nullable T kept() {
        return kept;
    }

    @Nullable Part<K, T> keptFor() {
        return keptFor;
    }

    /** Tells the item that is kept from others. */
    long number() {
        return keptCount;
    }

    /** Tells whether what was just taken from a part, or from those that waited if it is null, makes room for it. */
    boolean isAwaited(@Nullable Part<?, ?> from) {
        return keptFor != null && (keptFor.announced ? keptFor == from : from == null);
    }

    /** Returns the part that nobody reads, or for which nobody makes room; null if nothing is kept, or somebody may. */
    @Nullable Part<K, T> missed() {
        Part<K, T> part = keptFor;
        boolean awaited = part != null && !part.opened && !part.closed && (part.announced || !closed);
        return awaited ? part : null;
    }

    /** Nobody takes parts any more: those that wait are dropped, and the items that come for them. */
    void close() {
        closed = true;
        for (Part<K, T> part : fresh) {
            leave(part);
            part.closed = true;
            part.queue.clear();
        }
        fresh.clear();
    }
}
