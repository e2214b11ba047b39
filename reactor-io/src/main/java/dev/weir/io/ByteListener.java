package dev.weir.io;

import dev.weir.task.Source;
import java.net.SocketAddress;

/**
 * The streams that others open towards an address. One is accepted for each item that is asked for; without demand
 * they wait, and when too many do, are refused.
 *
 * <p>As a source it never completes; closing it, which any thread may do any number of times, makes its next poll
 * throw. Streams that were accepted live on.
 *
 * @param <S> the type of the streams
 */
public interface ByteListener<S extends ByteStream> extends Source<S>, AutoCloseable {
    /** Returns the address that others connect to. Any thread. */
    SocketAddress localAddress();

    @Override
    void close();
}
