package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import org.jspecify.annotations.Nullable;

/**
 * Moves all bytes of a source into a sink and then finishes it; the result is how many. It asks for a chunk only when
 * there is room for it, so it holds none itself, and flushes when the source has nothing. It owns both and closes both;
 * a sink that it has not finished, because the source failed or it was given up, it {@linkplain Sink#abort aborts}.
 *
 * <p>Between sockets a chunk is written out of the worker's own buffer that it was read into; only what the kernel does
 * not take at once is copied and held, and until that is gone nothing is read.
 */
public final class Copy implements Pollable<Long> {
    private static final AtomicLongFieldUpdater<Copy> BYTES = AtomicLongFieldUpdater.newUpdater(Copy.class, "bytes");

    private final Source<? extends ByteBuffer> source;
    private final Sink<ByteBuffer> sink;
    private final @Nullable LendingSource lender;
    private final @Nullable BorrowingSink borrower;
    private boolean flushed = true;
    private boolean finishing;
    private boolean finished;
    private long chunks;

    // Written by the owner alone, in order but without a fence: others see them a little later.
    private volatile long bytes;

    private Copy(Source<? extends ByteBuffer> source, Sink<ByteBuffer> sink) {
        this.source = Objects.requireNonNull(source, "source");
        this.sink = Objects.requireNonNull(sink, "sink");
        boolean lends = source instanceof LendingSource && sink instanceof BorrowingSink;
        lender = lends ? (LendingSource) source : null;
        borrower = lends ? (BorrowingSink) sink : null;
    }

    /** Returns the computation that moves a source into a sink, both of which belong to it from now on. */
    public static Copy of(Source<? extends ByteBuffer> source, Sink<ByteBuffer> sink) {
        return new Copy(source, sink);
    }

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        while (!finishing && sink.pollReady(cx)) {
            if (move(cx)) {
                if (!cx.mayGoOn()) {
                    break; // S5: a source may give for nothing what it has read ahead, such as many small records
                }
            } else if (source.isDone()) {
                break;
            } else {
                flushed = flushed || sink.pollFlush(cx);
                return Poll.pending();
            }
        }
        if (!finishing && source.isDone()) {
            source.poll(cx); // S3: takes no chunk, and throws if it failed, whether there is room or not
            finishing = true;
        }
        finished = finishing && sink.pollFinish(cx);
        return finished ? Poll.ready(bytes) : Poll.pending();
    }

    /** Moves one chunk; false if there is none. */
    private boolean move(Context cx) throws Exception {
        ByteBuffer chunk = lender != null ? lender.lend(cx) : source.poll(cx);
        if (chunk == null) {
            return false;
        }
        int length = chunk.remaining();
        if (borrower != null) {
            borrower.sendLent(chunk, cx);
        } else {
            sink.send(chunk);
        }
        chunks++;
        flushed = false;
        BYTES.lazySet(this, bytes + length);
        return true;
    }

    /** Returns the number of bytes that the sink has taken; also when it failed later. Any thread. */
    public long bytes() {
        return bytes;
    }

    /** Returns the number of chunks that the sink has taken. For the owner. */
    public long chunks() {
        return chunks;
    }

    @Override
    public void close() {
        try {
            if (finished) {
                sink.close();
            } else {
                sink.abort(); // first: the source of a connection would close the sink's end of it in order
            }
        } finally {
            source.close();
        }
    }

    @Override
    public String toString() {
        return "Copy[" + bytes + " bytes from " + source + " to " + sink + "]";
    }
}
