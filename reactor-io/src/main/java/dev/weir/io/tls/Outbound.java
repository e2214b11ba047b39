package dev.weir.io.tls;

import dev.weir.task.Context;
import dev.weir.task.HostLocal;
import dev.weir.task.Sink;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLEngineResult.Status;

/**
 * Sends records to the stream below. One is made when there is room for it and sent at once, so none is held here; what
 * waits for the peer waits in the stream below, less than two records.
 */
final class Outbound {
    /** Where a record is made before it is copied into a buffer of its size: one for each worker. */
    private static final HostLocal<Packet> PACKET = HostLocal.withInitial(Packet::new);

    private final Sink<ByteBuffer> sink;
    private boolean finished;
    private boolean closed;

    Outbound(Sink<ByteBuffer> sink) {
        this.sink = sink;
    }

    private static final class Packet {
        private ByteBuffer bytes = ByteBuffer.allocate(Inbound.LONGEST);

        ByteBuffer ofSize(int size) {
            if (bytes.capacity() < size) {
                bytes = ByteBuffer.allocate(size);
            }
            return bytes.clear();
        }
    }

    /** Tells whether a record can be sent. */
    boolean hasRoom(Context cx) throws Exception {
        return !closed && !finished && sink.pollReady(cx);
    }

    /** Makes a record of these bytes, or of what the engine itself has to say, and sends it. After {@link #hasRoom}. */
    SSLEngineResult wrap(SSLEngine engine, ByteBuffer[] from, Context cx) throws Exception {
        Packet packet = cx.local(PACKET);
        ByteBuffer record = packet.ofSize(engine.getSession().getPacketBufferSize());
        SSLEngineResult result = engine.wrap(from, record);
        while (result.getStatus() == Status.BUFFER_OVERFLOW) {
            record = packet.ofSize(2 * record.capacity());
            result = engine.wrap(from, record);
        }
        record.flip();
        if (record.hasRemaining()) {
            sink.send(ByteBuffer.allocate(record.remaining()).put(record).flip());
        }
        return result;
    }

    /** Sends what an engine that has failed has to say to the peer, if there is room for it now. */
    boolean alert(SSLEngine engine, Context cx) throws Exception {
        if (!engine.isInboundDone() || engine.getHandshakeStatus() != HandshakeStatus.NEED_WRAP || !hasRoom(cx)) {
            return false;
        }
        wrap(engine, Handshake.NOTHING, cx);
        return flush(cx);
    }

    boolean flush(Context cx) throws Exception {
        return closed || finished || sink.pollFlush(cx);
    }

    /** Ends the direction of the stream below. */
    boolean finish(Context cx) throws Exception {
        finished = finished || sink.pollFinish(cx);
        return finished;
    }

    boolean isFinished() {
        return finished;
    }

    /** Idempotent. */
    void close() {
        if (!closed) {
            closed = true;
            sink.close();
        }
    }
}
