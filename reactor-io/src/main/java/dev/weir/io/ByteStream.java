package dev.weir.io;

import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes in both directions, each used and ended independently of the other: a socket, a pipe in memory, the streams of
 * a process, or one of these with something on top. Who writes against this interface need not know which.
 *
 * <p>The <em>reader</em> completes when the other side has ended its direction. It gives chunks of at least one byte,
 * cut where it pleases, which belong to who polled them. The <em>writer</em> ends this side's direction with {@link
 * Sink#pollFinish}, the half-close, and leaves the reader alone. The buffers that are sent belong to the writer until
 * they are gone; it moves their positions and leaves their content alone. A writer that gathers items bounds their number
 * as well as their bytes, as {@link #LEAST_WEIGHT} says.
 *
 * <p>Each half is taken once, has one owner and is closed by it; the two may live in different tasks. When both are
 * closed, so is the stream; who does not take both closes the stream. The first failure ends both halves. A stream that
 * broke never looks like one that ended: the reader throws. All methods may be called from any thread.
 */
public interface ByteStream extends AutoCloseable {
    /**
     * Bytes that an item counts for at least where the items that are held are bounded: so much it takes itself, however
     * little is in it. A writer that holds less than a bound of bytes, holds them in as many items as this goes into
     * it at most, and always one.
     */
    int LEAST_WEIGHT = 64;

    /**
     * Takes the reader.
     *
     * @throws IllegalStateException if it was taken before
     */
    Source<ByteBuffer> reader();

    /**
     * Takes the writer.
     *
     * @throws IllegalStateException if it was taken before
     */
    Sink<ByteBuffer> writer();

    /** Returns the address of this side, or null where there is none. */
    default @Nullable SocketAddress localAddress() {
        return null;
    }

    /** Returns the address of the other side, or null where there is none. */
    default @Nullable SocketAddress remoteAddress() {
        return null;
    }

    /**
     * Closes so that the other side cannot take it for a regular end, where there is a way to tell it: what was sent
     * may be lost. For who finds out half-way that the rest will not come.
     */
    default void abort() {
        close();
    }

    /** Ends both directions at once, whoever uses them: the next poll of a half throws. Idempotent. */
    @Override
    void close();
}
