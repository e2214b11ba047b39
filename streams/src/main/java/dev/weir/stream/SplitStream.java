package dev.weir.stream;

import java.util.Map;
import java.util.Objects;

/**
 * A stream that is dealt out to as many parts as there are keys: see {@link AsyncStream#split}.
 *
 * @param <K> the type of the keys
 * @param <T> the type of the items
 */
public final class SplitStream<K extends Enum<K>, T> {
    private final AsyncStream<Map.Entry<K, T>> shared;
    private final Class<K> keys;

    SplitStream(AsyncStream<Map.Entry<K, T>> shared, Class<K> keys) {
        this.shared = shared;
        this.keys = keys;
    }

    /** Returns the items of a key; there may be none. */
    public AsyncStream<T> get(K key) {
        Objects.requireNonNull(key, "key");
        return shared.mapNotNull(each -> each.getKey() == key ? each.getValue() : null);
    }

    @Override
    public String toString() {
        return "SplitStream[" + keys.getSimpleName() + "]";
    }
}
