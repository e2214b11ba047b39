package dev.weir.stream;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a stream can tell: an item, its completion, or its failure. RxJava's {@code Notification}. */
public sealed interface Signal<T> {
    /** An item. */
    record Item<T>(T value) implements Signal<T> {
        public Item {
            Objects.requireNonNull(value, "value");
        }
    }

    /** The end after all items. */
    record Completed<T>() implements Signal<T> {}

    /** The end by a failure. */
    record Failed<T>(Exception failure) implements Signal<T> {
        public Failed {
            Objects.requireNonNull(failure, "failure");
        }
    }

    static <T> Signal<T> item(T item) {
        return new Item<>(item);
    }

    static <T> Signal<T> completed() {
        return new Completed<>();
    }

    static <T> Signal<T> failed(Exception failure) {
        return new Failed<>(failure);
    }

    /**
     * Returns the item, or null if this is the completion.
     *
     * @throws Exception the failure, if this is one
     */
    default @Nullable T itemOrEnd() throws Exception {
        if (this instanceof Failed<T> failed) {
            throw failed.failure();
        }
        return this instanceof Item<T> item ? item.value() : null;
    }
}
