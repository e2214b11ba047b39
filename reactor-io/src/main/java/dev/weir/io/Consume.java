package dev.weir.io;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLongFieldUpdater;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Hands all bytes of a source to an action, chunk by chunk, each where it lies if the source {@linkplain LendingSource
 * lends}: a socket's out of the worker's own buffer that it was read into, without a copy. For who is through with a chunk
 * when the call returns, such as a checksum, a parser or a counter:
 *
 * <pre>{@code
 * var sum = new CRC32();
 * Pollable<Long> summed = Consume.of(socket.reader(), sum::update).map(bytes -> sum.getValue());
 * }</pre>
 *
 * <p>The result is the number of bytes. A chunk is asked for when the action has returned from the one before, and its
 * share of a {@link ByteBudget} counts until then or longer. What the source throws fails the computation, and so does
 * what the action throws: nothing is read after it. It owns the source and closes it.
 */
public final class Consume implements Pollable<Long> {
    private static final AtomicLongFieldUpdater<Consume> BYTES =
            AtomicLongFieldUpdater.newUpdater(Consume.class, "bytes");

    private final Source<? extends ByteBuffer> source;
    private final @Nullable LendingSource lender;
    private final Consumer<? super ByteBuffer> action;

    // Written by the owner alone, in order but without a fence: others see them a little later.
    private volatile long bytes;

    private Consume(Source<? extends ByteBuffer> source, Consumer<? super ByteBuffer> action) {
        this.source = Objects.requireNonNull(source, "source");
        this.action = Objects.requireNonNull(action, "action");
        lender = source instanceof LendingSource lending ? lending : null;
    }

    /**
     * Returns the computation that hands a source, which belongs to it from now on, to an action.
     *
     * @param action is called by the thread that polls, and does not block. A chunk is for the time of the call alone: it
     *     may be moved through and left half read, its content is not written to, and when the action returns it is
     *     empty, so that who keeps it finds nothing and not the bytes of another. A part of it that was sliced off or
     *     duplicated is worth nothing then. What is lent is read-only, and direct as a rule
     */
    public static Consume of(Source<? extends ByteBuffer> source, Consumer<? super ByteBuffer> action) {
        return new Consume(source, action);
    }

    @Override
    public Poll<Long> poll(Context cx) throws Exception {
        for (ByteBuffer chunk = next(cx); chunk != null; chunk = next(cx)) {
            int length = chunk.remaining();
            try {
                action.accept(chunk);
            } finally {
                chunk.limit(0);
            }
            BYTES.lazySet(this, bytes + length);
            if (!cx.mayGoOn()) {
                break; // S5: a source may give for nothing what it has read ahead, such as many small records
            }
        }
        if (!source.isDone()) {
            return Poll.pending();
        }
        source.poll(cx); // S3: throws if it failed after it had answered null, fed by another thread
        return Poll.ready(bytes);
    }

    private @Nullable ByteBuffer next(Context cx) throws Exception {
        if (lender == null) {
            return source.poll(cx);
        }
        ByteBuffer lent = lender.lend(cx);
        return lent == null ? null : lent.asReadOnlyBuffer(); // the lender's own keeps its limit and its order
    }

    /** Returns the number of bytes that the action has taken; also when it failed later. Any thread. */
    public long bytes() {
        return bytes;
    }

    @Override
    public void close() {
        source.close();
    }

    @Override
    public String toString() {
        return "Consume[" + bytes + " bytes from " + source + "]";
    }
}
