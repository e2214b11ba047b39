package dev.weir.perf.serve;

import dev.weir.io.ByteBudget;
import dev.weir.io.net.TcpStream;
import dev.weir.perf.report.JsonLine;
import dev.weir.perf.upload.Outlet;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.LongAccumulator;

/**
 * Reads, and hands on to a consumer that is slow. A client is read from again when its chunk is through, so each has one
 * chunk here at most, and all together no more than the {@linkplain ByteBudget#shared() budget} of the process.
 */
public final class UploadService implements Service {
    private final Outlet outlet;
    private final ByteBudget budget = ByteBudget.shared();
    private final LongAccumulator mostHeld = new LongAccumulator(Math::max, 0);

    /**
     * Creates the service.
     *
     * @param outlet takes what all clients send
     */
    public UploadService(Outlet outlet) {
        this.outlet = outlet;
    }

    @Override
    public Pollable<?> serve(TcpStream socket) {
        Outlet.Client client = outlet.enter();
        return AsyncStream.from(socket.reader())
                .onClose(socket::close)
                .forEachConcurrent(1, chunk -> consume(client, chunk));
    }

    private Pollable<?> consume(Outlet.Client client, ByteBuffer chunk) {
        mostHeld.accumulate(budget.used());
        int length = chunk.remaining();
        return Sleep.of(Duration.ofNanos(outlet.admit(length))).map(woken -> {
            client.consumed(length);
            return length;
        });
    }

    @Override
    public JsonLine vitals() {
        return outlet.vitals().put("budget", budget.limit()).put("budget_most", mostHeld.get());
    }
}
