package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A pair of streams in memory: what is written to one is read from the other. Each direction holds a bounded number of
 * bytes; a writer that finds it full waits, holding no more than the item it was last given.
 *
 * <p>A writer that ends leaves what it wrote to be read. A reader that is closed before the end fails the writer of the
 * other side. Closing a stream fails what it has not ended properly. Charges one operation for each chunk.
 *
 * @param left one of two streams that are alike
 * @param right the other
 */
public record Duplex(ByteStream left, ByteStream right) {
    /** Returns a new pair with room for 64 KiB in each direction. */
    public static Duplex create() {
        return create(64 * 1024);
    }

    /**
     * Returns a new pair.
     *
     * @param capacity bytes that each direction holds at most, at least 1
     */
    public static Duplex create(int capacity) {
        ByteRing there = new ByteRing(capacity);
        ByteRing back = new ByteRing(capacity);
        return new Duplex(new Side(back, there), new Side(there, back));
    }

    private static final class Side implements ByteStream {
        private final ByteRing in;
        private final ByteRing out;
        private final AtomicBoolean readerTaken = new AtomicBoolean();
        private final AtomicBoolean writerTaken = new AtomicBoolean();

        Side(ByteRing in, ByteRing out) {
            this.in = in;
            this.out = out;
        }

        @Override
        public Source<ByteBuffer> reader() {
            take(readerTaken, "reader");
            return new Reader(in);
        }

        @Override
        public Sink<ByteBuffer> writer() {
            take(writerTaken, "writer");
            return new Writer(out);
        }

        private void take(AtomicBoolean taken, String half) {
            if (!taken.compareAndSet(false, true)) {
                throw new IllegalStateException("the " + half + " of " + this + " was taken before, and has one owner");
            }
        }

        @Override
        public void close() {
            in.abandon("the stream was closed");
            out.fail("the stream was closed");
        }

        @Override
        public String toString() {
            return "Duplex[in " + in + ", out " + out + "]";
        }
    }

    private static final class Reader implements Source<ByteBuffer> {
        private final ByteRing pipe;
        private boolean failed;
        /** The last poll said "not now": a failure that comes meanwhile is told by the next. */
        private boolean waiting;

        Reader(ByteRing pipe) {
            this.pipe = pipe;
        }

        @Override
        public @Nullable ByteBuffer poll(Context cx) throws IOException {
            if (pipe.isDrained()) {
                return null;
            }
            try {
                pipe.check(); // S3: a failure is thrown however little budget is left
                waiting = true;
                if (!cx.charge()) {
                    return null;
                }
                pipe.awaitBytes(cx.waker()); // S2: before the look
                ByteBuffer chunk = pipe.read();
                waiting = chunk == null;
                if (waiting) {
                    cx.budget().refund();
                }
                return chunk;
            } catch (IOException e) {
                failed = true;
                throw e;
            }
        }

        @Override
        public boolean isDone() {
            return failed || pipe.isDrained() || (!waiting && pipe.hasFailed());
        }

        @Override
        public void close() {
            pipe.abandon("the reader of the other side was closed");
        }

        @Override
        public String toString() {
            return "Duplex.Reader[" + pipe + "]";
        }
    }

    private static final class Writer implements Sink<ByteBuffer> {
        private final ByteRing pipe;
        private @Nullable ByteBuffer held;
        private boolean ready;
        private boolean finished;

        Writer(ByteRing pipe) {
            this.pipe = pipe;
        }

        @Override
        public boolean pollReady(Context cx) throws IOException {
            ready = pollFlush(cx);
            return ready;
        }

        @Override
        public void send(ByteBuffer item) throws IOException {
            Objects.requireNonNull(item, "item");
            pipe.check();
            if (!ready || finished) {
                throw new IllegalStateException(
                        finished ? "send after pollFinish" : "send needs a pollReady that has answered true");
            }
            ready = false;
            held = item.hasRemaining() ? item : null; // what has nothing is not unwritten
        }

        @Override
        public boolean pollFlush(Context cx) throws IOException {
            pipe.check();
            ByteBuffer item = held;
            if (item == null) {
                return true;
            }
            if (!cx.charge()) {
                return false;
            }
            pipe.awaitRoom(cx.waker()); // S2: before the look
            pipe.write(item);
            if (item.hasRemaining()) {
                return false;
            }
            held = null;
            return true;
        }

        @Override
        public boolean pollFinish(Context cx) throws IOException {
            if (!finished && pollFlush(cx)) {
                finished = true;
                pipe.end();
            }
            return finished;
        }

        @Override
        public void close() {
            if (held == null) {
                pipe.end();
            } else {
                pipe.fail("the writer of the other side was closed with " + held.remaining() + " bytes unwritten");
            }
        }

        @Override
        public void abort() {
            pipe.fail("the writer of the other side was aborted"); // no effect on what has ended
        }

        @Override
        public String toString() {
            return "Duplex.Writer[" + pipe + "]";
        }
    }
}
