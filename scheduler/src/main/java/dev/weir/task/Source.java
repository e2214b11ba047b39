package dev.weir.task;

import org.jspecify.annotations.Nullable;

/**
 * A lazy sequence of items that is pulled by polling: {@code Iterable} is to {@code Iterator} what a stream is to a
 * source. It speaks the dialect of {@link java.util.Queue#poll()}: {@code null} is "not now".
 *
 * <p>The laws S1 to S5 of the {@linkplain dev.weir.task package} bind every implementation and every owner.
 * {@code SourceLaws} of {@code dev.weir.testkit} checks them.
 *
 * @param <T> the type of the items
 */
public interface Source<T> {
    /**
     * Returns the next item if there is one now.
     *
     * @param cx the waker, budget and services of this poll; not to be kept beyond the call
     * @return an item; or {@code null}: {@code cx.waker()} will be woken when it is worth asking again (S2), unless {@link
     *     #isDone()} is true now. Then the sequence has completed, or else one that is fed by another thread has failed
     *     since: one poll more returns null or throws (S3)
     * @throws Exception if the sequence failed. It is over then, and the owner only closes it
     */
    @Nullable T poll(Context cx) throws Exception;

    /**
     * Tells whether no further item will come, without asking for one. False is no promise of an item. Never throws.
     *
     * <p>It lets an owner without demand notice an end or a failure at once (S3): a poll of a source that is done
     * takes no item from anybody.
     */
    boolean isDone();

    /** Releases what the source holds and closes its upstream. Called exactly once, by the owner (S4). */
    void close();
}
