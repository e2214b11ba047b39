package dev.weir.tck;

import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.io.codec.FrameSink;
import dev.weir.io.codec.LengthEncoder;
import dev.weir.io.file.FileStreams;
import dev.weir.io.net.TcpStream;
import dev.weir.io.net.UdpSocket;
import dev.weir.io.net.UnixListener;
import dev.weir.io.net.UnixStream;
import dev.weir.io.process.OtherStreams;
import dev.weir.io.tls.TlsOptions;
import dev.weir.io.tls.TlsStream;
import dev.weir.stream.reactive.PublisherSource;
import dev.weir.stream.reactive.SinkSubscriber;
import dev.weir.task.JoinHandle;
import dev.weir.task.Sink;
import dev.weir.wire.LocalhostContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.tck.SubscriberWhiteboxVerification.WhiteboxSubscriberProbe;
import org.testng.annotations.DataProvider;

/** A way to make subscribers to verify. */
public final class SubscriberCase {
    private static final int ELEMENT = 1 << 16;

    private final Row row;
    private final Sizes sizes;

    /** What the tests of this case have left running. */
    private final ConcurrentLinkedQueue<Subject> open = new ConcurrentLinkedQueue<>();

    /** Makes a subscriber whose sink has room for so many items until it is told of more. */
    private interface Maker {
        Subject make(Sizes sizes, long room);
    }

    private record Row(String name, Maker maker) {}

    /**
     * A subscriber under test.
     *
     * @param valve where a test tells it to ask for more
     * @param transfer the task behind it; cancelling it cancels the publisher
     * @param release gives back what else it needed
     */
    record Subject(
            Subscriber<ByteBuffer> subscriber, Valve<ByteBuffer> valve, JoinHandle<Long> transfer, Runnable release) {}

    private static final List<Row> ROWS = List.of(
            new Row("the writer of a socket, its peer reads", writer(Peer.reading())),
            new Row("the writer of a socket, its peer reads slowly", writer(Peer.readingSlowly())),
            new Row("a publisher as a source", SubscriberCase::adapter));

    /** Each with one prefetch and budget, by turns, since the border under test is the same; for long runs with all. */
    private static final List<Row> ONCE = List.of(
            new Row("the writer of a Unix socket", SubscriberCase::unix),
            new Row("the writer of a TLS stream", SubscriberCase::tls),
            new Row("a file", SubscriberCase::file),
            new Row("datagrams", SubscriberCase::datagrams),
            new Row("the standard output", SubscriberCase::output),
            new Row("frames", SubscriberCase::frames));

    private SubscriberCase(Row row, Sizes sizes) {
        this.row = row;
        this.sizes = sizes;
    }

    /** Most rows with every prefetch and budget, some with one, or with {@code -Dweir.long=true} also with all. */
    @DataProvider(name = "cases")
    public static Iterator<Object[]> cases() {
        List<Sizes> all = Sizes.prefetchesAndBudgets();
        Stream<SubscriberCase> once =
                IntStream.range(0, ONCE.size()).boxed().flatMap(i -> cross(ONCE.get(i), Sizes.byTurns(4 * i, all)));
        return Stream.concat(ROWS.stream().flatMap(row -> cross(row, all)), once)
                .map(subscriber -> new Object[] {subscriber})
                .iterator();
    }

    private static Stream<SubscriberCase> cross(Row row, List<Sizes> sizes) {
        return sizes.stream().map(each -> new SubscriberCase(row, each));
    }

    /** Makes a subscriber that always wants more. */
    Subscriber<ByteBuffer> eager() {
        return make(Long.MAX_VALUE).subscriber();
    }

    /** Makes a subscriber that asks for as much as the probe's test wants. */
    Subscriber<ByteBuffer> probed(WhiteboxSubscriberProbe<ByteBuffer> probe) {
        return new Probed(make(0), probe);
    }

    private Subject make(long room) {
        Subject subject = row.maker().make(sizes, room);
        open.add(subject);
        return subject;
    }

    /** Ends what a test has left running. */
    void end() {
        for (Subject each = open.poll(); each != null; each = open.poll()) {
            each.transfer().cancel();
            each.release().run();
        }
    }

    /** Makes an item that is larger than the window of the slow peer, and equal to no other. */
    static ByteBuffer element(int number) {
        return ByteBuffer.allocate(ELEMENT).putInt(0, number);
    }

    private static Maker writer(Peer peer) {
        return (sizes, room) -> {
            TcpStream stream =
                    sizes.runtime().spawn(TcpStream.connect(peer.address())).join();
            return subject(sizes, stream, room);
        };
    }

    private static Subject unix(Sizes sizes, long room) {
        Path path = FarSide.freshPath();
        try (UnixListener listener = UnixListener.bind(UnixDomainSocketAddress.of(path))) {
            UnixStream stream = sizes.runtime()
                    .spawn(UnixStream.connect(listener.localAddress()))
                    .join();
            ByteStream far = sizes.runtime().spawn(FarSide.accept(listener)).join();
            sizes.runtime().spawn(new FarSide(far, new Discarding().drain(far.reader())));
            return subject(sizes, stream, room);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Subject tls(Sizes sizes, long room) {
        TlsOptions options = TlsOptions.of(LocalhostContext.get());
        Duplex pair = Duplex.create();
        TlsStream far = TlsStream.server(pair.right(), options);
        sizes.runtime().spawn(new FarSide(far, new Discarding().drain(far.reader())));
        return subject(sizes, TlsStream.client(pair.left(), "localhost", -1, options), room);
    }

    private static Subject subject(Sizes sizes, ByteStream stream, long room) {
        Valve<ByteBuffer> valve = new Valve<>(stream.writer(), room);
        SinkSubscriber<ByteBuffer> subscriber = new SinkSubscriber<>(valve, sizes.runtime(), sizes.prefetch());
        return new Subject(subscriber, valve, subscriber.transfer(), stream::close);
    }

    private static Subject file(Sizes sizes, long room) {
        Path path = FarSide.freshPath();
        Subject subject = subject(sizes, FileStreams.write(path), room);
        return new Subject(subject.subscriber(), subject.valve(), subject.transfer(), () -> delete(path));
    }

    private static void delete(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** To a socket that nobody reads: the kernel drops what it has no room for. */
    private static Subject datagrams(Sizes sizes, long room) {
        try {
            UdpSocket socket = UdpSocket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            Subject subject = subject(sizes, new Addressed(socket.sender(), socket.localAddress()), room);
            return new Subject(subject.subscriber(), subject.valve(), subject.transfer(), socket::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Subject output(Sizes sizes, long room) {
        return subject(sizes, OtherStreams.output(new PrintStream(OutputStream.nullOutputStream())), room);
    }

    private static Subject frames(Sizes sizes, long room) {
        return subject(sizes, FrameSink.of(new Discarding(), new LengthEncoder()), room);
    }

    private static Subject subject(Sizes sizes, Sink<ByteBuffer> sink, long room) {
        Valve<ByteBuffer> valve = new Valve<>(sink, room);
        SinkSubscriber<ByteBuffer> subscriber = new SinkSubscriber<>(valve, sizes.runtime(), sizes.prefetch());
        return new Subject(subscriber, valve, subscriber.transfer(), () -> {});
    }

    /** Takes the subscriber that a source subscribes with its first poll, for which it needs room for one item. */
    private static Subject adapter(Sizes sizes, long room) {
        CompletableFuture<Subscriber<? super ByteBuffer>> subscribed = new CompletableFuture<>();
        Valve<ByteBuffer> valve = new Valve<>(new Discarding(), Math.max(1, room));
        Publisher<ByteBuffer> publisher = subscribed::complete;
        PublisherSource<ByteBuffer> source = new PublisherSource<>(publisher, sizes.prefetch());
        JoinHandle<Long> transfer = sizes.runtime().spawn(valve.drain(source));
        @SuppressWarnings("unchecked") // a subscriber to anything above is one to buffers
        Subscriber<ByteBuffer> subscriber = (Subscriber<ByteBuffer>) subscribed.join();
        return new Subject(subscriber, valve, transfer, () -> {});
    }

    @Override
    public String toString() {
        return row.name() + " [" + sizes + "]";
    }
}
