package dev.weir.perf.demo;

import dev.weir.io.net.OnCancel;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.net.TcpStream;
import dev.weir.perf.wire.Loopback;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/**
 * Streams one file to each client that orders some of it.
 *
 * <p>Nothing is read ahead: the writer, bounded to one byte, is ready when the kernel has taken all it was given; only
 * then is the file asked for one chunk. So a connection has {@link #MOST_A_CONNECTION} bytes in the process at most,
 * being read or being written, however slow its client is.
 */
final class FileServer {
    /** Bytes of the file in a frame. */
    static final int CHUNK = 64 * 1024;

    /** The longest frame. */
    static final int MOST_A_CONNECTION = Frames.HEADER + CHUNK;

    private final TaskRuntime runtime;
    private final TcpListener listener;
    private final SharedFile file;
    private final Ledger ledger;
    private final ClassCounters.All counters;
    private final BooleanSupplier isOver;
    private final UnaryOperator<AsyncStream<ByteBuffer>> between;

    /**
     * Listens from now on.
     *
     * @param isOver whether it is time to end every connection after the chunk at hand
     * @param between a stage between the file and the sockets: the identity, but for the test of the books
     */
    FileServer(
            TaskRuntime runtime,
            TcpOptions options,
            SharedFile file,
            Ledger ledger,
            ClassCounters.All counters,
            BooleanSupplier isOver,
            UnaryOperator<AsyncStream<ByteBuffer>> between)
            throws IOException {
        this.runtime = runtime;
        this.file = file;
        this.ledger = ledger;
        this.counters = counters;
        this.isOver = isOver;
        this.between = between;
        listener = TcpListener.bind(Loopback.port(0), options);
    }

    InetSocketAddress address() {
        return listener.localAddress();
    }

    /** Returns the computation that serves so many clients and ends. */
    Pollable<Long> serve(int clients, BiConsumer<TcpStream, Throwable> onFailure) {
        return AsyncStream.from(listener).take(clients).forEachConcurrent(clients, this::serve, onFailure);
    }

    private Pollable<Long> serve(TcpStream socket) {
        var order = new Order.Parser();
        var meter = new Meter(socket.writer(1), ledger);
        return AsyncStream.from(socket.reader(Order.SIZE, OnCancel.DRAIN))
                .concatMap(piece -> order.take(piece).map(AsyncStream::of).orElse(AsyncStream.empty()))
                .take(1)
                .concatMap(whole -> frames(whole, meter))
                .into(meter);
    }

    private AsyncStream<ByteBuffer> frames(Order order, Meter meter) {
        meter.countFor(counters.of(order.pace()));
        long length = Math.min(order.bytes(), file.size());
        var frames = new Frames();
        var chunks = AsyncStream.rangeLong(0, (length + CHUNK - 1) / CHUNK)
                .takeWhile(number -> !isOver.getAsBoolean())
                .concatMap(number -> AsyncStream.fromPollable(read(number * CHUNK, length, meter)))
                .map(frames::seal)
                .concatWith(AsyncStream.defer(() -> {
                    meter.enter(Frames.END);
                    return AsyncStream.of(frames.end());
                }));
        return between.apply(chunks);
    }

    /** Reads one chunk, with room for the header before it, on a thread that may block. */
    private Pollable<ByteBuffer> read(long position, long end, Meter meter) {
        int size = (int) Math.min(CHUNK, end - position);
        meter.enter(Frames.HEADER + size);
        return runtime.spawnBlocking(() -> file.read(
                        ByteBuffer.allocate(Frames.HEADER + size).position(Frames.HEADER), position)
                .flip());
    }
}
