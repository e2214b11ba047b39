package dev.weir.tck;

import dev.weir.io.net.TcpStream;
import dev.weir.stream.reactive.PublisherSource;
import dev.weir.stream.reactive.SinkSubscriber;
import dev.weir.task.JoinHandle;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
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

    private SubscriberCase(Row row, Sizes sizes) {
        this.row = row;
        this.sizes = sizes;
    }

    /** Every row with every prefetch and budget. */
    @DataProvider(name = "cases")
    public static Iterator<Object[]> cases() {
        return ROWS.stream()
                .flatMap(row -> Sizes.prefetchesAndBudgets().stream().map(sizes -> new SubscriberCase(row, sizes)))
                .map(each -> new Object[] {each})
                .iterator();
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
            Valve<ByteBuffer> valve = new Valve<>(stream.writer(), room);
            SinkSubscriber<ByteBuffer> subscriber = new SinkSubscriber<>(valve, sizes.runtime(), sizes.prefetch());
            return new Subject(subscriber, valve, subscriber.transfer(), stream::close);
        };
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
