package dev.weir.io.call;

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
    }

    private final String name;
    private final Input input;
    private final Runnable onClose;
    private @Nullable BlockingCall<@Nullable ByteBuffer> reading;
    private boolean done;

    /**
     * Creates a source.
     *
     * @param name of what is read
     * @param onClose gives the input up; a call may be under way
     */
    public InputSource(String name, Input input, Runnable onClose) {
        this.name = name;
        this.input = input;
        this.onClose = onClose;
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) throws Exception {
        if (done || !cx.charge()) {
            return null;
        }
        BlockingCall<@Nullable ByteBuffer> call = reading;
        if (call == null) {
            call = new BlockingCall<>(input::read);
            reading = call;
        }
        try {
            Poll<@Nullable ByteBuffer> answer = call.poll(cx);
            if (answer.isPending()) {
                cx.budget().refund();
                return null;
            }
            reading = null;
            ByteBuffer chunk = answer.get();
            done = chunk == null;
            return chunk;
        } catch (Exception e) {
            done = true;
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
        onClose.run();
    }

    @Override
    public String toString() {
        return name;
    }
}
