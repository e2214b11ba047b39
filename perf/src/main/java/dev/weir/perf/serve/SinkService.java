package dev.weir.perf.serve;

import dev.weir.io.net.TcpStream;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Pollable;
import java.util.concurrent.atomic.LongAdder;

/** Reads, counts and discards. */
public final class SinkService implements Service {
    private final LongAdder bytes = new LongAdder();

    @Override
    public Pollable<?> serve(TcpStream socket) {
        return AsyncStream.from(socket.reader()).onClose(socket::close).forEach(chunk -> bytes.add(chunk.remaining()));
    }

    @Override
    public String totals() {
        return bytes.sum() + " bytes discarded";
    }
}
