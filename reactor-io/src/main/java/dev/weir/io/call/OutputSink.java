package dev.weir.io.call;

import dev.weir.io.ByteStream;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Chunks that are written by blocking calls, all that are held in one. Items are taken while fewer than a bound of bytes
 * are held or being written, in fewer items than a bound. Charges one operation for each call.
 */
public final class OutputSink implements Sink<ByteBuffer> {
    /** Bytes that are held at most, and one item more. */
    public static final int BOUND = 64 * 1024;

    private static final int MOST_ITEMS = BOUND / ByteStream.LEAST_WEIGHT;

    /** Writes; may block. */
    public interface Output {
        /** Writes all of these buffers, in their order. */
        void write(ByteBuffer[] chunks) throws Exception;

        /** Ends the output; nothing is written any more. */
        void finish() throws Exception;
    }

    private final String name;
    private final Output output;
    private final Runnable onClose;
    private final ArrayDeque<ByteBuffer> held = new ArrayDeque<>();
    private long heldBytes;
    private long writingBytes;
    private int writingItems;
    private @Nullable BlockingCall<Boolean> writing;
    private @Nullable BlockingCall<Boolean> finishing;
    private boolean ready;
    private boolean finished;

    /**
     * Creates a sink.
     *
     * @param name of what is written
     * @param onClose gives the output up; a call may be under way
     */
    public OutputSink(String name, Output output, Runnable onClose) {
        this.name = name;
        this.output = output;
        this.onClose = onClose;
    }

    @Override
    public boolean pollReady(Context cx) throws Exception {
        boolean room = heldBytes + writingBytes < BOUND && held.size() + writingItems < MOST_ITEMS;
        ready = room || pollFlush(cx);
        return ready;
    }

    @Override
    public void send(ByteBuffer item) {
        Objects.requireNonNull(item, "item");
        if (!ready || finishing != null) {
            throw new IllegalStateException(
                    finishing != null ? "send after pollFinish" : "send needs a pollReady that has answered true");
        }
        ready = false;
        if (item.hasRemaining()) { // or any number that have nothing would be held: only bytes count
            held.add(item);
            heldBytes += item.remaining();
        }
    }

    @Override
    public boolean pollFlush(Context cx) throws Exception {
        for (; ; ) {
            if (writing != null) {
                if (writing.poll(cx).isPending()) {
                    return false;
                }
                writing = null;
                writingBytes = 0;
                writingItems = 0;
            }
            if (held.isEmpty()) {
                return true;
            }
            if (!cx.charge()) {
                return false;
            }
            ByteBuffer[] chunks = held.toArray(ByteBuffer[]::new);
            held.clear();
            writingBytes = heldBytes;
            writingItems = chunks.length;
            heldBytes = 0;
            writing = new BlockingCall<>(() -> {
                output.write(chunks);
                return true;
            });
        }
    }

    @Override
    public boolean pollFinish(Context cx) throws Exception {
        if (finished) {
            return true;
        }
        if (finishing == null) {
            if (!pollFlush(cx)) {
                return false;
            }
            finishing = new BlockingCall<>(() -> {
                output.finish();
                return true;
            });
        }
        finished = finishing.poll(cx).isReady();
        return finished;
    }

    /** What is held is not written any more; what is being written may be. */
    @Override
    public void close() {
        if (writing != null) {
            writing.close();
        }
        if (finishing != null) {
            finishing.close();
        }
        held.clear();
        onClose.run();
    }

    @Override
    public String toString() {
        return name;
    }
}
