package dev.weir.tck;

import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.io.codec.FrameSource;
import dev.weir.io.codec.LineDecoder;
import dev.weir.io.file.FileStreams;
import dev.weir.io.net.Datagram;
import dev.weir.io.net.OnCancel;
import dev.weir.io.net.UdpReceiver;
import dev.weir.io.net.UdpSocket;
import dev.weir.io.net.UnixListener;
import dev.weir.io.net.UnixStream;
import dev.weir.io.process.OtherStreams;
import dev.weir.io.tls.TlsOptions;
import dev.weir.io.tls.TlsStream;
import dev.weir.stream.AsyncStream;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.tck.PublisherCase.Row;
import dev.weir.wire.LocalhostContext;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;

/**
 * What gives bytes: the readers of TCP with every batch and budget; each other source with one, by turns, as the border
 * under test is the same, and with {@code -Dweir.long=true} with all.
 *
 * <p>What fails without an item has been closed, and says so without being polled. A file is not opened, and an input
 * not read, before it is polled; so these have met their failure.
 */
public final class IoReaderCases {
    private static final List<Row> ROWS = List.of(
            new Row("datagrams", IoReaderCases::datagrams, IoReaderCases::closedDatagrams),
            new Row("a Unix socket, a byte a read", IoReaderCases::unixBytes, IoReaderCases::closedUnix),
            new Row("TLS", IoReaderCases::tlsBytes, IoReaderCases::closedTls),
            new Row("a file, a byte a read", IoReaderCases::fileBytes, IoReaderCases::noFile),
            new Row("the standard input", IoReaderCases::inputBytes, IoReaderCases::brokenInput),
            new Row("lines", IoReaderCases::lines, IoReaderCases::brokenLines));

    private static final DatagramSocket PEER = peer();

    private static final Path FILE = file();
    private static final Path NO_FILE = FarSide.freshPath();

    private IoReaderCases() {}

    /** All of them. */
    @DataProvider(name = "cases")
    public static Iterator<Object[]> cases() {
        List<Sizes> sizes = Sizes.batchesAndBudgets();
        Stream<PublisherCase> others =
                IntStream.range(0, ROWS.size()).boxed().flatMap(i -> ROWS.get(i).with(Sizes.byTurns(4 * i, sizes)));
        return Stream.concat(TcpReaderCases.all(), others)
                .map(each -> new Object[] {each})
                .iterator();
    }

    // ---- datagrams: the next is sent when it is asked for, so none is lost ----

    private static Source<Datagram> datagrams(Sizes sizes, long n) {
        UdpSocket socket = bind();
        UdpReceiver receiver = socket.receiver();
        socket.sender().close();
        return AsyncStream.from(new Feeding(receiver, socket.localAddress()))
                .take(n)
                .open();
    }

    private static Source<Datagram> closedDatagrams(Sizes sizes) {
        UdpSocket socket = bind();
        UdpReceiver receiver = socket.receiver();
        socket.close();
        return receiver;
    }

    private static UdpSocket bind() {
        try {
            return UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DatagramSocket peer() {
        try {
            return new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final class Feeding implements Source<Datagram> {
        private final UdpReceiver receiver;
        private final InetSocketAddress address;
        private boolean sent;

        Feeding(UdpReceiver receiver, InetSocketAddress address) {
            this.receiver = receiver;
            this.address = address;
        }

        @Override
        public @Nullable Datagram poll(Context cx) throws IOException {
            if (!sent) {
                PEER.send(new DatagramPacket(new byte[] {1}, 1, address));
            }
            Datagram next = receiver.poll(cx);
            sent = next == null;
            return next;
        }

        @Override
        public boolean isDone() {
            return receiver.isDone();
        }

        @Override
        public void close() {
            receiver.close();
        }
    }

    // ---- streams whose other side sends n bytes and ends ----

    private static Source<ByteBuffer> unixBytes(Sizes sizes, long n) {
        UnixStream near = unix(sizes, n);
        near.writer().close();
        return near.reader(1, OnCancel.CLOSE);
    }

    private static Source<ByteBuffer> closedUnix(Sizes sizes) {
        UnixStream near = unix(sizes, 1);
        Source<ByteBuffer> reader = near.reader();
        near.close();
        return reader;
    }

    private static UnixStream unix(Sizes sizes, long n) {
        try (UnixListener listener = UnixListener.bind(UnixDomainSocketAddress.of(FarSide.freshPath()))) {
            UnixStream near = sizes.runtime()
                    .spawn(UnixStream.connect(listener.localAddress()))
                    .join();
            ByteStream far = sizes.runtime().spawn(FarSide.accept(listener)).join();
            sizes.runtime().spawn(new FarSide(far, far.writer().drain(bytes(n, (byte) 0))));
            return near;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Source<Byte> tlsBytes(Sizes sizes, long n) {
        TlsStream near = tls(sizes, n);
        near.writer().close();
        return AsyncStream.from(near.reader())
                .concatMap(TcpReaderCases::bytesOf)
                .open();
    }

    private static Source<ByteBuffer> closedTls(Sizes sizes) {
        TlsStream near = tls(sizes, 1);
        Source<ByteBuffer> reader = near.reader();
        near.close();
        return reader;
    }

    private static TlsStream tls(Sizes sizes, long n) {
        TlsOptions options = TlsOptions.of(LocalhostContext.get());
        Duplex pair = Duplex.create();
        TlsStream far = TlsStream.server(pair.right(), options);
        sizes.runtime().spawn(far.writer().drain(bytes(n, (byte) 0)));
        return TlsStream.client(pair.left(), "localhost", -1, options);
    }

    private static Source<String> lines(Sizes sizes, long n) {
        Duplex pair = Duplex.create();
        sizes.runtime().spawn(pair.right().writer().drain(bytes(n, (byte) '\n')));
        return FrameSource.of(pair.left().reader(), new LineDecoder());
    }

    private static Source<String> brokenLines(Sizes sizes) {
        Duplex pair = Duplex.create();
        pair.right().close();
        return FrameSource.of(pair.left().reader(), new LineDecoder());
    }

    /** So many bytes of a kind, in chunks. */
    private static Source<ByteBuffer> bytes(long n, byte each) {
        return new Source<>() {
            private long left = n;

            @Override
            public @Nullable ByteBuffer poll(Context cx) {
                if (left == 0 || !cx.charge()) {
                    return null;
                }
                byte[] chunk = new byte[(int) Math.min(left, 1000)];
                Arrays.fill(chunk, each);
                left -= chunk.length;
                return ByteBuffer.wrap(chunk);
            }

            @Override
            public boolean isDone() {
                return left == 0;
            }

            @Override
            public void close() {}
        };
    }

    // ---- what is read by calls that block ----

    private static Source<ByteBuffer> fileBytes(Sizes sizes, long n) {
        return FileStreams.read(FILE, 0, n, 1);
    }

    /** A file longer than anybody reads, of which nothing is written. */
    private static Path file() {
        Path path = FarSide.freshPath();
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(1L << 40);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return path;
    }

    private static Source<?> noFile(Sizes sizes) {
        return TcpReaderCases.met(sizes, FileStreams.read(NO_FILE));
    }

    /** A byte a read, as somebody types, who stops when nobody reads any more. */
    private static Source<ByteBuffer> inputBytes(Sizes sizes, long n) {
        AtomicLong left = new AtomicLong(n);
        Supplier<Source<ByteBuffer>> input = OtherStreams.input(new InputStream() {
            @Override
            public int read() {
                return left.getAndDecrement() > 0 ? 0 : -1;
            }

            @Override
            public int read(byte[] into, int offset, int length) {
                into[offset] = 0;
                return read() < 0 ? -1 : 1;
            }
        });
        Runnable stop = () -> {
            left.set(0);
            sizes.runtime().spawn(new Discarding().drain(input.get()));
        };
        return new Followed<>(input.get(), stop);
    }

    /** A source after whose close something is done, once. */
    private static final class Followed<T> implements Source<T> {
        private final Source<T> source;
        private @Nullable Runnable next;

        Followed(Source<T> source, Runnable next) {
            this.source = source;
            this.next = next;
        }

        @Override
        public @Nullable T poll(Context cx) throws Exception {
            return source.poll(cx);
        }

        @Override
        public boolean isDone() {
            return source.isDone();
        }

        @Override
        public void close() {
            source.close();
            Runnable once = next;
            next = null;
            if (once != null) {
                once.run();
            }
        }
    }

    private static Source<?> brokenInput(Sizes sizes) {
        InputStream closed = InputStream.nullInputStream();
        try {
            closed.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return TcpReaderCases.met(sizes, OtherStreams.input(closed).get());
    }
}
