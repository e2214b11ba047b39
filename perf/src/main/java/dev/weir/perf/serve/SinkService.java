package dev.weir.perf.serve;

import dev.weir.io.Consume;
import dev.weir.io.net.TcpStream;
import dev.weir.task.Pollable;
import java.util.concurrent.atomic.LongAdder;

/** Reads, counts and discards. */
public final class SinkService implements Service {
    private final LongAdder bytes = new LongAdder();

    @Override
    public Pollable<?> serve(TcpStream socket) {
        return Consume.of(socket.reader(), chunk -> bytes.add(chunk.remaining()))
                .map(all -> {
                    socket.close(); // before the end the reader does
                    return all;
                });
    }

    @Override
    public String totals() {
        return bytes.sum() + " bytes discarded";
    }
}
