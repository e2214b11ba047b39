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
 */
public final class InputSource implements Source<ByteBuffer> {
    /** Reads a chunk; may block. */
    @FunctionalInterface
    public interface Input {
        /** Returns the next chunk, which is the caller's, or null at the end. */
        @Nullable ByteBuffer read() throws Exception;

        /** Tells, between two reads and before the first, whether it is known that nothing more will be read. */
        default boolean isOver() {
            return false;
        }
    }

    private final String name;
    private final Input input;
    private final Runnable onClose;
    private final ByteBudget.Share share;
    private final int chunk;
    private @Nullable BlockingCall<@Nullable ByteBuffer> reading;
    private boolean done;
    private @Nullable Exception failure;

    /**
     * Creates a source.
     *
     * @param name of what is read
     * @param onClose gives the input up; a call may be under way
     * @param budget is asked for a chunk before it is read; it counts until the next poll
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
        BlockingCall<@Nullable ByteBuffer> call = reading;
        if (call == null) {
            if (!share.pollReserve(chunk, cx)) {
                return null;
            }
            call = new BlockingCall<>(input::read);
            reading = call;
        }
        try {
            Poll<@Nullable ByteBuffer> answer = call.poll(cx);
            if (answer.isPending()) {
                return null;
            }
            reading = null;
            ByteBuffer bytes = answer.get();
            share.shrinkTo(bytes == null ? 0 : Math.min(share.held(), bytes.remaining()));
            done = bytes == null || input.isOver();
            return bytes;
        } catch (Exception e) {
            done = true;
            failure = e;
            throw e;
        }
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public void close() {
        if (reading != null) {
            reading.close();
        }
        share.release();
        onClose.run();
    }

    @Override
    public String toString() {
        return name;
    }
}
