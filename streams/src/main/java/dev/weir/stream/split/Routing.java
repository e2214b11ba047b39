package dev.weir.stream.split;

import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Says where an item goes. It belongs to one run; calls never overlap.
 *
 * @param <K> tells parts apart
 */
public interface Routing<K, T> {
    /** Returns the key of the part to which an item belongs. */
    K keyOf(T item);

    /** Whether it is more than the mark of an end, and to be held for the reader. */
    default boolean isItem(T item) {
        return true;
    }

    /** Tells whether the item just placed is the last of its part. */
    boolean isLast(T item);

    /** Whether a part whose reader has left is followed by another of the same key; else its items are dropped. */
    boolean reopens();

    /** By the value of a function; parts end with the stream. */
    static <K, T> Routing<K, T> byKey(Function<? super T, ? extends K> key) {
        return new Routing<>() {
            @Override
            public K keyOf(T item) {
                return Objects.requireNonNull(key.apply(item), "groupBy: the key is null");
            }

            @Override
            public boolean isLast(T item) {
                return false;
            }

            @Override
            public boolean reopens() {
                return true;
            }
        };
    }

    /** As upstream says. */
    static <T> Routing<Long, Placed<T>> placed() {
        return new Routing<>() {
            @Override
            public Long keyOf(Placed<T> placed) {
                return placed.window();
            }

            @Override
            public boolean isItem(Placed<T> placed) {
                return placed.item() != null;
            }

            @Override
            public boolean isLast(Placed<T> placed) {
                return placed.last();
            }

            @Override
            public boolean reopens() {
                return false;
            }
        };
    }

    /** One part after the other, each up to an item that a predicate accepts. */
    static <T> Routing<Long, T> upTo(Predicate<? super T> last) {
        return new Routing<>() {
            private long part;

            @Override
            public Long keyOf(T item) {
                return part;
            }

            @Override
            public boolean isLast(T item) {
                boolean ends = last.test(item);
                part += ends ? 1 : 0;
                return ends;
            }

            @Override
            public boolean reopens() {
                return false;
            }
        };
    }
}
