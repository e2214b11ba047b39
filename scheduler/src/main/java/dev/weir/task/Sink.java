package dev.weir.task;

/**
 * Where items go, under back-pressure: the counterpart of {@link Source}. An owner asks whether there is room before
 * it takes an item from anywhere, so that no item is ever taken that has no place to go.
 *
 * <p>One owner calls it, never concurrently: {@code pollReady} until it answers true, then {@code send} at most once,
 * and again. {@code pollFlush} may be called at any time, {@code pollFinish} after the last send. Once a method has
 * thrown the sink has failed and the owner only closes it. {@code close} is called exactly once, at the end, and is
 * the only call that may come after a failure. No method blocks.
 *
 * @param <T> the type of the items
 */
public interface Sink<T> {
    /**
     * Tells whether one item may be sent now.
     *
     * @return false if not: {@code cx.waker()} was registered and will be woken
     * @throws Exception if the sink has failed
     */
    boolean pollReady(Context cx) throws Exception;

    /**
     * Takes one item, after {@link #pollReady} has answered true.
     *
     * @throws IllegalStateException if the sink was not ready
     * @throws Exception if the sink has failed
     */
    void send(T item) throws Exception;

    /**
     * Pushes what was sent towards its destination.
     *
     * @return true when nothing sent is held here any more; false: {@code cx.waker()} will be woken
     * @throws Exception if the sink has failed
     */
    boolean pollFlush(Context cx) throws Exception;

    /**
     * Flushes, then tells the destination that no more will come.
     *
     * @return true when that has happened; false: {@code cx.waker()} will be woken
     * @throws Exception if the sink has failed
     */
    boolean pollFinish(Context cx) throws Exception;

    /** Releases what the sink holds, at once, whether or not it was finished. Never throws. */
    void close();

    /**
     * As {@link #close}, and in its place, for who knows that the rest will not come: where there is a way to tell it,
     * the destination does not take what it got for the whole. Never throws.
     */
    default void abort() {
        close();
    }

    /**
     * Returns the computation that moves everything from a source into this sink and then finishes it. Its result is
     * the number of items moved. It owns both and closes both; what it has not finished, because the source failed or it
     * was given up, it {@linkplain #abort aborts}.
     */
    default Pollable<Long> drain(Source<? extends T> source) {
        return new Drain<>(source, this);
    }
}
