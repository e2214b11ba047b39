package dev.weir.tck;

import dev.weir.io.net.SocketReader;
import dev.weir.io.net.TcpStream;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.tck.PublisherCase.Row;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The readers of connections that a peer feeds. TCP keeps no borders between messages, so the number of chunks is
 * nobody's promise; it is exact where a chunk is one byte, and where bytes are gathered into frames of a fixed size.
 */
final class TcpReaderCases {
    private static final int FRAME = 100;

    private static final Map<Long, Peer> FEEDING = new ConcurrentHashMap<>();

    private static final Peer RESETTING = Peer.resetting();

    private static final List<Row> ROWS = List.of(
            new Row("the reader itself, a byte a read", TcpReaderCases::bytes, TcpReaderCases::reset),
            new Row("frames of large reads", TcpReaderCases::frames, TcpReaderCases::refused),
            new Row("connects on demand", TcpReaderCases::connectsOnDemand, TcpReaderCases::refused));

    private TcpReaderCases() {}

    /** Every row with every batch and budget. */
    static Stream<PublisherCase> all() {
        return ROWS.stream().flatMap(row -> row.with(Sizes.batchesAndBudgets()));
    }

    private static SocketReader bytes(Sizes sizes, long n) {
        return readerOnly(connect(sizes, feeding(n)), 1);
    }

    private static Source<List<Byte>> frames(Sizes sizes, long n) {
        return AsyncStream.from(readerOnly(connect(sizes, feeding(n * FRAME)), TcpStream.DEFAULT_CHUNK))
                .concatMap(TcpReaderCases::bytesOf)
                .buffer(FRAME)
                .open();
    }

    private static Source<ByteBuffer> connectsOnDemand(Sizes sizes, long n) {
        return AsyncStream.fromPollable(TcpStream.connect(feeding(n).address()))
                .concatMap(stream -> AsyncStream.from(readerOnly(stream, 1)))
                .open();
    }

    private static SocketReader refused(Sizes sizes) {
        return readerOnly(
                sizes.runtime().spawn(TcpStream.connect(Peer.nobody())).join(), 1);
    }

    /** The reader of a connection that has met its reset. */
    private static Source<?> reset(Sizes sizes) {
        return met(sizes, readerOnly(connect(sizes, RESETTING), 1));
    }

    /** Returns a source that has met its failure, and is still open. */
    static Source<?> met(Sizes sizes, Source<?> source) {
        Pollable<String> failure = cx -> {
            try {
                source.poll(cx);
                return Poll.pending();
            } catch (Exception e) {
                return Poll.ready(e.toString());
            }
        };
        sizes.runtime().spawn(failure).join();
        return source;
    }

    private static Peer feeding(long bytes) {
        return FEEDING.computeIfAbsent(bytes, Peer::feeding);
    }

    private static TcpStream connect(Sizes sizes, Peer peer) {
        return sizes.runtime().spawn(TcpStream.connect(peer.address())).join();
    }

    /** Ends the other half, so that the connection is closed with its reader. */
    private static SocketReader readerOnly(TcpStream stream, int chunk) {
        stream.writer().close();
        return stream.reader(chunk);
    }

    static AsyncStream<Byte> bytesOf(ByteBuffer chunk) {
        return AsyncStream.fromIterable(() -> IntStream.range(chunk.position(), chunk.limit())
                .mapToObj(chunk::get)
                .iterator());
    }
}
