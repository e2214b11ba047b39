package dev.weir.io.call;

import dev.weir.io.ByteBudget;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Chunks that are read by blocking calls, one for each that is asked for; nothing is read ahead. Charges one operation
 * for each chunk.
 *
 * <pre>
 * a poll finds         and the input would wait   otherwise
 * no call under way    calls it to wait           reserves a chunk, and calls it to read
 * a wait               waits, and holds nothing   (it is over) as above, or the end
 * a read               waits                      (it is over) the chunk, or the end
 * </pre>
 *
 * A read that is over at once is not called but done in the poll.
 *
 * <p>An input that others feed may let a reader wait for ever, and so many of them would use up the budget of all who
 * read anything. So the waiting is a call of its own, which no bytes are reserved for.
 */
public final class InputSource implements Source<ByteBuffer> {
    /** What is read; one call at a time. */
    @FunctionalInterface
    public interface Input {
        /**
         * Returns the next chunk, which is the caller's, or null at the end. May block as a disk does, but waits for
         * nobody unless {@link #mayWait} would have said so.
         *
         * @param room bytes at most, at least 1
         */
        @Nullable ByteBuffer read(int room) throws Exception;

        /** Tells, between two calls and without blocking, whether the next read might have to wait for somebody. */
        default boolean mayWait() throws Exception {
            return false;
        }

        /**
         * Waits until a read need not. Nothing of the budget is held meanwhile, so what it has to take out of the input,
         * to learn that something is there, is little.
         */
        default void await() throws Exception {}

        /**
         * Tells whether a read that need not wait is over at once. Then it is no call: one might stand in line behind the
         * waits of others, with bytes that have come already and a share of the budget.
         */
        default boolean readsAtOnce() {
            return false;
        }

        /** Tells, between two calls and before the first, whether it is known that nothing more will be read. */
        default boolean isOver() {
            return false;
        }
    }

    private final String name;
    private final Input input;
    private final Runnable onClose;
    private final ByteBudget.Share share;
    private final int chunk;
    private @Nullable BlockingCall<Boolean> waiting;
    private @Nullable BlockingCall<@Nullable ByteBuffer> reading;
    private boolean done;
    private @Nullable Exception failure;

    /**
     * Creates a source.
     *
     * @param name of what is read
     * @param onClose gives the input up; a call may be under way
     * @param budget is asked for a chunk before it is read, and not while the input waits; it counts until the next poll
     * @param chunk bytes of an item at most
     */
    public InputSource(String name, Input input, Runnable onClose, ByteBudget budget, int chunk) {
        share = budget.share();
        this.chunk = chunk;
        this.name = name;
        this.input = input;
        this.onClose = onClose;
        done = input.isOver();
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) throws Exception {
        if (failure != null) {
            throw failure;
        }
        if (done) {
            return null;
        }
        try {
            return reading == null && !isReady(cx) ? null : read(cx);
        } catch (Exception e) {
            done = true;
            failure = e;
            share.release();
            throw e;
        }
    }

    /** Tells whether something can be read now that has its share of the budget. */
    private boolean isReady(Context cx) throws Exception {
        if (waiting == null && input.mayWait()) {
            share.release();
            waiting = new BlockingCall<>(() -> {
                input.await();
                return true;
            });
        }
        if (waiting != null) {
            if (waiting.poll(cx).isPending()) {
                return false;
            }
            waiting = null;
            cx.budget().refund(); // the chunk is charged for
            done = input.isOver();
        }
        return !done && share.pollReserveUpTo(chunk, cx);
    }

    private @Nullable ByteBuffer read(Context cx) throws Exception {
        if (input.readsAtOnce()) {
            return cx.charge() ? taken(input.read((int) share.held())) : null;
        }
        BlockingCall<@Nullable ByteBuffer> call = reading;
        if (call == null) {
            int room = (int) share.held();
            call = new BlockingCall<>(() -> input.read(room));
            reading = call;
        }
        Poll<@Nullable ByteBuffer> answer = call.poll(cx);
        if (answer.isPending()) {
            return null;
        }
        reading = null;
        return taken(answer.get());
    }

    private @Nullable ByteBuffer taken(@Nullable ByteBuffer bytes) {
        share.shrinkTo(bytes == null ? 0 : bytes.remaining());
        done = bytes == null || input.isOver();
        return bytes;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {
        if (waiting != null) {
            waiting.close();
        }
        if (reading != null) {
            reading.close();
        }
        try {
            share.release();
        } finally { // whatever becomes of those who have waited for that
            onClose.run();
        }
    }

    @Override
    public String toString() {
        return name;
    }
}
