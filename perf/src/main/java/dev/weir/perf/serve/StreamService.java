package dev.weir.perf.serve;

import dev.weir.io.net.TcpStream;
import dev.weir.perf.wire.StreamPattern;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Pollable;
import java.nio.ByteBuffer;

/** Sends the {@linkplain StreamPattern pattern} for ever, as fast as each client reads. What it sends is not read. */
public final class StreamService implements Service {
    private final ByteBuffer chunk = StreamPattern.chunks(1).asReadOnlyBuffer();

    @Override
    public Pollable<?> serve(TcpStream socket) {
        return AsyncStream.rangeLong(0, Long.MAX_VALUE)
                .map(number -> chunk.duplicate())
                .onClose(socket::close)
                .into(socket.writer(StreamPattern.AHEAD));
    }
}
