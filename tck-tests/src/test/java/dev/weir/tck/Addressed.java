package dev.weir.tck;

import dev.weir.io.net.Datagram;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** Sends the beginning of each item to an address. */
record Addressed(Sink<Datagram> datagrams, InetSocketAddress to) implements Sink<ByteBuffer> {
    private static final int LENGTH = 1000;

    @Override
    public boolean pollReady(Context cx) throws Exception {
        return datagrams.pollReady(cx);
    }

    @Override
    public void send(ByteBuffer item) throws Exception {
        datagrams.send(new Datagram(item.slice(0, LENGTH), to));
    }

    @Override
    public boolean pollFlush(Context cx) throws Exception {
        return datagrams.pollFlush(cx);
    }

    @Override
    public boolean pollFinish(Context cx) throws Exception {
        return datagrams.pollFinish(cx);
    }

    @Override
    public void close() {
        datagrams.close();
    }

    @Override
    public void abort() {
        datagrams.abort();
    }
}
