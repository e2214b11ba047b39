package dev.weir.stream.op;

import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Gives away one value, once: how something that cannot be restarted becomes a recipe. Any thread may ask. */
public final class SingleUse<V> implements Supplier<V> {
    private final String what;
    private @Nullable V value;

    /**
     * @param what names the value in the message to the second one who asks
     */
    public SingleUse(String what, V value) {
        this.what = what;
        this.value = Objects.requireNonNull(value, what);
    }

    /**
     * @throws IllegalStateException from the second call on
     */
    @Override
    public V get() {
        V given = takeOrNull();
        if (given == null) {
            throw new IllegalStateException("this stream was made from one " + what + " and has been run already: a "
                    + what + " can be used once. Make the stream inside AsyncStream.defer to run it again");
        }
        return given;
    }

    /** Returns the value, or null if it was given away. */
    public synchronized @Nullable V takeOrNull() {
        V given = value;
        value = null;
        return given;
    }
}
