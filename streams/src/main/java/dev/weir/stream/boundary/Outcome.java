package dev.weir.stream.boundary;

import dev.weir.stream.op.Failures;
import dev.weir.stream.push.Drops;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How a feeder has ended. The owner of the other end throws a failure, or else {@link Drops} is told of it; one of the
 * two, and once.
 *
 * <pre>
 * event \ state         OPEN       ENDED                                  CLOSED
 * end, by the feeder    ENDED      -                                      a failure is told to Drops
 * rethrow, by the owner -          the failure, which is heard by that    nothing
 * close, by the owner   CLOSED     CLOSED; a failure that was not heard   -
 *                                  is told to Drops
 * </pre>
 *
 * That a runtime has been shut down is no news to who leaves; Drops is not told of it.
 */
final class Outcome {
    private static final How CLOSED = new How(null, false, false);

    private final String where;
    private final AtomicReference<@Nullable How> how = new AtomicReference<>();
    private final AtomicReference<@Nullable Throwable> heard;

    /**
     * @param where names the operator to {@link Drops}
     */
    Outcome(String where) {
        this(where, new AtomicReference<>());
    }

    /**
     * @param heard the failure that was thrown or told last, which several of one owner share if one failure may reach
     *     all of them
     */
    Outcome(String where, AtomicReference<@Nullable Throwable> heard) {
        this.where = where;
        this.heard = heard;
    }

    /**
     * An end.
     *
     * @param failure null for a completion
     * @param isNews somebody has to hear of the failure
     * @param isEnd false: nobody is there who would look
     */
    record How(@Nullable Throwable failure, boolean isNews, boolean isEnd) {
        static How of(@Nullable Throwable failure) {
            return new How(failure, failure != null, true);
        }

        static How cutOff() {
            String early = "the stream was ended early by the shutdown of its runtime";
            return new How(new CancellationException(early), false, true);
        }
    }

    /** By the feeder, once; who may wait is to be woken after this. */
    void end(How ended) {
        if (!how.compareAndSet(null, ended)) {
            tell(ended);
        }
    }

    boolean isOpen() {
        return how.get() == null;
    }

    /** Null and then done means completed, so a failure that comes after a null waits for the next poll (S3). */
    boolean isDone(boolean answeredNull) {
        How seen = how.get();
        return seen != null && seen.isEnd() && (seen.failure() == null || !answeredNull);
    }

    /** By the owner: throws the failure, if it is one. */
    void rethrow() throws Exception {
        How seen = how.get();
        if (seen != null) {
            heard.set(seen.failure()); // before the close of the others
            Failures.rethrow(seen.failure());
        }
    }

    /** By the owner, who will not ask any more. */
    void close() {
        How before = how.getAndSet(CLOSED);
        if (before != null) {
            tell(before);
        }
    }

    private void tell(How ended) {
        Throwable failure = ended.failure();
        if (failure != null && ended.isNews() && heard.getAndSet(failure) != failure) {
            Drops.failure(where, failure);
        }
    }
}
