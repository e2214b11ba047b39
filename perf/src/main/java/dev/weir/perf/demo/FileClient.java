package dev.weir.perf.demo;

import dev.weir.io.net.TcpOptions;
import dev.weir.io.net.TcpStream;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;

/** Orders some of the file and reads it at its own pace, which is all that the server ever learns of it. */
final class FileClient {
    private final Pace pace;
    private final long wanted;
    private final Duration work;
    private final ClassCounters counters;
    private final Receipt receipt = new Receipt();
    private long begun;

    /**
     * Creates a client.
     *
     * @param work the time in which it should get what it wants
     */
    FileClient(Pace pace, long file, Duration work, ClassCounters counters) {
        this.pace = pace;
        this.wanted = pace.wanted(work, file);
        this.work = work;
        this.counters = counters;
        counters.clients.incrementAndGet();
        counters.wanted.add(wanted);
    }

    /** Returns the computation that gets the file and fails if anything of it is wrong. */
    Pollable<Long> run(InetSocketAddress server, TcpOptions options) {
        return AsyncStream.fromPollable(TcpStream.connect(server, options))
                .concatMap(this::order)
                .concatMap(this::takeAndRest)
                .concatWith(AsyncStream.defer(this::checkEnd))
                .forEach(chunk -> {});
    }

    private AsyncStream<ByteBuffer> order(TcpStream socket) {
        begun = System.nanoTime();
        var order = AsyncStream.of(new Order(pace, wanted).toBytes()).into(socket.writer());
        return AsyncStream.<Long>fromPollable(order).concatMap(sent -> AsyncStream.from(socket.reader()));
    }

    /** Without demand for the next chunk nothing is read: the pause is felt at the other end of the connection. */
    private AsyncStream<ByteBuffer> takeAndRest(ByteBuffer chunk) {
        long before = receipt.total();
        try {
            counters.delivered.add(receipt.take(chunk));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Duration pause = pace.pauseAfter(before, receipt.total(), Duration.ofNanos(System.nanoTime() - begun), work);
        return pause.isZero()
                ? AsyncStream.empty()
                : AsyncStream.fromPollable(Sleep.of(pause)).map(nothing -> chunk);
    }

    private AsyncStream<ByteBuffer> checkEnd() {
        if (!receipt.isEnded()) {
            return AsyncStream.failed(new IOException(
                    "the stream of a " + pace + " client broke off after " + receipt.total() + " bytes"));
        }
        counters.finished.incrementAndGet();
        return AsyncStream.empty();
    }

    /** Tells whether the client got all it asked for, rather than what there was time for. */
    boolean isServedInFull() {
        return receipt.total() == wanted;
    }

    Receipt receipt() {
        return receipt;
    }
}
