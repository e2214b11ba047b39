package dev.weir.io.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.THROWABLE;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.io.IoMetrics;
import dev.weir.io.driver.Drive.CountingWaker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a socket on a ring does that one of the JDK need not: it leaves reads and writes under way. */
class RingTransportTest {
    private static Transport transport;

    private NioDriver driver;
    private Drive drive;
    private ServerSocket listening;

    @BeforeAll
    static void findRing() {
        transport = Transport.named("io_uring");
        assumeTrue(transport.toString().equals("io_uring"), "no io_uring here");
    }

    @BeforeEach
    void open() throws IOException {
        driver = new NioDriver(transport::openSelector);
        drive = new Drive(driver);
        listening = new ServerSocket(0, 4096, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        drive.close();
        listening.close();
    }

    /** A connection on the ring, and its peer, which blocks. */
    private record Pair(SocketChannel channel, Registration registration, Socket peer) {}

    private Pair connect() throws IOException {
        SocketChannel channel = transport.openStream(true);
        channel.configureBlocking(false);
        boolean connected = channel.connect(listening.getLocalSocketAddress());
        Socket peer = listening.accept();
        while (!connected) {
            connected = channel.finishConnect();
        }
        return new Pair(channel, new Registration(channel), peer);
    }

    private CountingWaker await(Pair pair, int op) throws IOException {
        CountingWaker waker = new CountingWaker();
        pair.registration.await(op, drive.context(waker));
        return waker;
    }

    private static ByteBuffer bytes(int count) {
        ByteBuffer bytes = ByteBuffer.allocateDirect(count);
        for (int i = 0; i < count; i++) {
            bytes.put((byte) i);
        }
        return bytes.flip();
    }

    private int keys() {
        return driver.service(IoMetrics.class).keys();
    }

    /** Writes until the kernel has taken no more for a while, as it may pass on late what it took; returns how much. */
    private static int fill(SocketChannel channel) {
        ByteBuffer much = ByteBuffer.allocateDirect(1 << 20);
        int[] all = {0};
        Awaitility.await()
                .pollInSameThread()
                .pollInterval(Duration.ofMillis(20))
                .until(() -> {
                    int before = all[0];
                    for (int n; (n = channel.write(much.clear())) > 0; ) {
                        all[0] += n;
                    }
                    return all[0] == before;
                });
        return all[0];
    }

    @Test
    void what_was_received_before_anybody_asked_is_reported_when_somebody_does() throws Exception {
        Pair pair = connect();
        CountingWaker first = await(pair, SelectionKey.OP_READ);
        byte[] sent = new byte[100];
        bytes(100).get(sent);
        pair.peer.getOutputStream().write(sent);
        drive.start();
        Awaitility.await().until(() -> first.wakes.get() == 1);
        assertThat(await(pair, SelectionKey.OP_READ).wakes)
                .satisfies(wakes -> Awaitility.await().until(() -> wakes.get() == 1));
        ByteBuffer received = ByteBuffer.allocateDirect(100);
        assertThat(pair.channel.read(received.limit(60))).isEqualTo(60);
        assertThat(pair.channel.read(received.limit(100))).isEqualTo(40);
        assertThat(received.flip()).isEqualTo(bytes(100));
        assertThat(pair.channel.read(ByteBuffer.allocateDirect(60))).isZero();
        pair.peer.close();
        pair.registration.close(new IOException("over"));
    }

    @Test
    void what_is_written_together_arrives_in_its_order_and_is_moved_past_as_far_as_it_was_taken() throws Exception {
        Pair pair = connect();
        ByteBuffer all = bytes(8 << 20);
        ByteBuffer[] parts = new ByteBuffer[16];
        for (int i = 0, at = 0; i < parts.length; i++) {
            int length = i == 3 ? 0 : i == 15 ? all.limit() - at : 10_000 * i + 1;
            parts[i] = all.slice(at, length);
            at += length;
        }
        drive.start();
        ExecutorService peers = Executors.newSingleThreadExecutor();
        Future<byte[]> received = peers.submit(() -> pair.peer.getInputStream().readNBytes(all.limit()));
        long written = 0;
        while (written < all.limit()) {
            written += pair.channel.write(parts);
            long moved = 0;
            for (ByteBuffer part : parts) {
                moved += part.position();
            }
            assertThat(moved).isEqualTo(written);
        }
        assertThat(ByteBuffer.wrap(received.get())).isEqualTo(all);
        peers.shutdown();
        pair.peer.close();
        pair.registration.close(new IOException("over"));
    }

    @Test
    void a_message_larger_than_the_buffers_of_the_ring_is_read_at_once() throws Exception {
        Pair pair = connect();
        CountingWaker waker = await(pair, SelectionKey.OP_READ);
        ByteBuffer sent = bytes(20_000);
        byte[] array = new byte[20_000];
        sent.get(array);
        pair.peer.getOutputStream().write(array);
        drive.start();
        Awaitility.await().until(() -> waker.wakes.get() == 1);
        ByteBuffer received = ByteBuffer.allocateDirect(65_536);
        assertThat(pair.channel.read(received)).isEqualTo(20_000);
        assertThat(received.flip()).isEqualTo(bytes(20_000));
        pair.registration.close(new IOException("over"));
    }

    @Test
    void a_close_comes_after_what_was_written_and_gives_the_socket_back() throws Exception {
        drive.start();
        for (int i = 0; i < 200; i++) {
            Pair pair = connect();
            await(pair, SelectionKey.OP_READ); // so that something is in the ring
            assertThat(pair.channel.write(bytes(100))).isEqualTo(100);
            pair.registration.close(new IOException("over"));
            assertThat(pair.peer.getInputStream().readAllBytes()).hasSize(100);
            pair.peer.close();
        }
        Awaitility.await().until(() -> keys() == 0);
    }

    @Test
    void the_end_of_our_direction_comes_after_what_was_written() throws Exception {
        drive.start();
        Pair pair = connect();
        CountingWaker waker = await(pair, SelectionKey.OP_READ);
        assertThat(pair.channel.write(bytes(100))).isEqualTo(100);
        pair.channel.shutdownOutput();
        assertThat(pair.peer.getInputStream().readAllBytes()).hasSize(100);
        pair.peer.getOutputStream().write(1);
        Awaitility.await().until(() -> waker.wakes.get() == 1);
        assertThat(pair.channel.read(ByteBuffer.allocateDirect(10))).isEqualTo(1);
        pair.registration.close(new IOException("over"));
    }

    /** The cancel of a receive comes at any moment of its life: also when the kernel has woken it, and it is not over. */
    @Test
    void a_close_beside_an_arrival_gives_the_socket_back_though_the_peer_says_no_more() throws Exception {
        drive.start();
        ExecutorService peers = Executors.newSingleThreadExecutor();
        try {
            for (int i = 0; i < (Boolean.getBoolean("weir.long") ? 200 : 5); i++) {
                List<Pair> pairs = new ArrayList<>();
                for (int j = 0; j < 100; j++) {
                    Pair pair = connect();
                    pairs.add(pair);
                    await(pair, SelectionKey.OP_READ);
                    Future<?> arrival = peers.submit(() -> {
                        pair.peer.getOutputStream().write(1);
                        return null;
                    });
                    pair.registration.close(new IOException("over"));
                    assertThat(arrival).succeedsWithin(Duration.ofSeconds(10));
                }
                Awaitility.await().pollInterval(Duration.ofMillis(5)).until(() -> keys() == 0);
                for (Pair each : pairs) {
                    each.peer.close();
                }
            }
        } finally {
            peers.shutdown();
        }
    }

    @Test
    void what_was_accepted_for_a_peer_that_does_not_read_is_sent_when_it_does_also_after_a_close() throws Exception {
        drive.start();
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        int taken = fill(pair.channel);
        assertThat(pair.channel.write(bytes(1_000))).isEqualTo(1_000);
        assertThat(pair.channel.write(bytes(1_000)))
                .as("while the first is under way")
                .isZero();
        CountingWaker waker = await(pair, SelectionKey.OP_WRITE);
        pair.registration.close(new IOException("over"));
        assertThat(keys()).isEqualTo(1);
        assertThat(pair.peer.getInputStream().readAllBytes()).hasSize(taken + 1_000);
        assertThat(waker.wakes).hasValue(1);
        Awaitility.await().until(() -> keys() == 0);
    }

    @Test
    void who_waits_to_write_is_woken_when_the_write_before_is_taken() throws Exception {
        drive.start();
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        int taken = fill(pair.channel);
        assertThat(pair.channel.write(bytes(1_000))).isEqualTo(1_000);
        CountingWaker waker = await(pair, SelectionKey.OP_WRITE);
        assertThat(pair.peer.getInputStream().readNBytes(taken + 1_000)).hasSize(taken + 1_000);
        Awaitility.await().until(() -> waker.wakes.get() == 1);
        assertThat(pair.channel.write(bytes(1_000))).isEqualTo(1_000);
        pair.registration.close(new IOException("over"));
        assertThat(pair.peer.getInputStream().readAllBytes()).hasSize(1_000);
    }

    /** Nobody else would hand it over: who waits in the driver may do so for ever. */
    @Test
    void a_small_write_leaves_at_once_while_somebody_waits_in_the_driver() throws Exception {
        drive.start();
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        pair.peer.setSoTimeout(10_000);
        for (int i = 0; i < 100; i++) {
            ByteBuffer message = bytes(100);
            Awaitility.await().until(() -> pair.channel.write(message) == 100);
            assertThat(pair.peer.getInputStream().readNBytes(100)).hasSize(100);
        }
        pair.registration.close(new IOException("over"));
    }

    @Test
    void a_small_write_that_is_handed_over_leaves_though_nobody_looks() throws Exception {
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        assertThat(pair.channel.write(bytes(100))).isEqualTo(100);
        assertThat(pair.peer.getInputStream().available()).isZero();
        driver.handOver();
        pair.peer.setSoTimeout(10_000);
        assertThat(pair.peer.getInputStream().readNBytes(100)).hasSize(100);
        drive.start();
        pair.registration.close(new IOException("over"));
    }

    private void letTheDriverLook(Pair other) throws IOException {
        for (int i = 0; i < 3; i++) {
            CountingWaker waker = await(other, SelectionKey.OP_READ);
            other.peer.getOutputStream().write(1);
            Awaitility.await().until(() -> waker.wakes.get() == 1);
            assertThat(other.channel.read(ByteBuffer.allocateDirect(10))).isEqualTo(1);
        }
    }

    @Test
    void an_end_that_may_be_a_reset_is_not_reported_before_the_write_that_would_tell() throws Exception {
        drive.start();
        Pair other = connect();
        Pair pair = connect();
        pair.channel.setOption(StandardSocketOptions.SO_SNDBUF, 65_536); // the kernel would let it grow
        pair.peer.setReceiveBufferSize(65_536);
        CountingWaker end = await(pair, SelectionKey.OP_READ);
        int taken = fill(pair.channel);
        for (int before = -1; before < taken; ) { // until one is under way for good
            before = taken;
            taken += pair.channel.write(bytes(1_000));
            letTheDriverLook(other);
        }
        pair.peer.shutdownOutput();
        Awaitility.await().until(() -> end.wakes.get() == 1);
        assertThat(pair.channel.read(ByteBuffer.allocateDirect(10))).isZero();

        CountingWaker sure = await(pair, SelectionKey.OP_READ);
        letTheDriverLook(other);
        assertThat(sure.wakes).hasValue(0);

        assertThat(pair.peer.getInputStream().readNBytes(taken)).hasSize(taken);
        Awaitility.await().until(() -> sure.wakes.get() == 1);
        assertThat(pair.channel.read(ByteBuffer.allocateDirect(10))).isEqualTo(-1);
        pair.registration.close(new IOException("over"));
        other.registration.close(new IOException("over"));
    }

    /**
     * The send gets the error of the reset, and what is left for a receive looks like an end. Who waits is told of the send
     * before the connection is, so it reads in the moment between.
     */
    @Test
    void an_end_after_a_write_that_was_reset_is_none_though_the_connection_does_not_know_yet() throws Exception {
        Pair pair = connect();
        await(pair, SelectionKey.OP_WRITE); // so that it is in the ring, where nothing receives
        int taken = fill(pair.channel);
        for (int before = -1; before < taken; ) { // until one is under way for good
            before = taken;
            driver.poll();
            taken += pair.channel.write(bytes(1_000));
        }
        List<Object> told = new ArrayList<>();
        pair.registration.await(SelectionKey.OP_WRITE, drive.context(() -> {
            told.add(pair.registration.failure() == null);
            try {
                told.add(pair.channel.read(ByteBuffer.allocateDirect(10)));
            } catch (IOException e) {
                told.add(e);
            }
        }));
        pair.peer.setSoLinger(true, 0);
        pair.peer.close();
        for (int looks = 0; pair.registration.failure() == null; looks++) {
            assertThat(looks).as("of a second, or less").isLessThan(60);
            driver.park(1_000_000_000);
        }
        assertThat(told).hasSize(2).first().isEqualTo(true);
        assertThat(told.get(1)).asInstanceOf(THROWABLE).hasMessageMatching("Broken pipe|Connection reset");
        assertThatThrownBy(() -> pair.channel.write(bytes(10))).isInstanceOf(ClosedChannelException.class);
    }

    /** An event of a ring comes once. */
    @Test
    void who_cannot_be_woken_for_want_of_memory_is_by_the_next_look() throws Exception {
        for (int op : new int[] {SelectionKey.OP_READ, SelectionKey.OP_WRITE}) {
            Pair pair = connect();
            AtomicInteger tries = new AtomicInteger();
            pair.registration.await(op, drive.context(() -> {
                if (tries.getAndIncrement() == 0) {
                    throw new OutOfMemoryError("planned");
                }
            }));
            pair.peer.getOutputStream().write(1);
            assertThatThrownBy(() -> driver.park(10_000_000_000L)).isInstanceOf(OutOfMemoryError.class);
            driver.poll();
            assertThat(tries).hasValue(2);
            pair.registration.close(new IOException("over"));
        }
    }

    /** What this test, which Java 17 compiles as well, knows of arenas. */
    private static final class Freed {
        private static final String FOREIGN = "java.lang.foreign.";

        /** Returns a buffer whose memory was given back. */
        static ByteBuffer buffer(long size) throws Exception {
            Class<?> arenas = Class.forName(FOREIGN + "Arena");
            Object arena = arenas.getMethod("ofConfined").invoke(null);
            Object segment =
                    arenas.getMethod("allocate", long.class, long.class).invoke(arena, size, 1L);
            Object buffer = Class.forName(FOREIGN + "MemorySegment")
                    .getMethod("asByteBuffer")
                    .invoke(segment);
            arenas.getMethod("close").invoke(arena);
            return (ByteBuffer) buffer;
        }
    }

    @Test
    void memory_that_was_given_back_is_neither_sent_nor_received_into_and_holds_no_buffer_of_the_ring()
            throws Exception {
        drive.start();
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        pair.registration.forget(SelectionKey.OP_READ);
        ByteBuffer freed = Freed.buffer(100);
        for (int i = 0; i < 2_100; i++) { // more than there are buffers
            assertThatThrownBy(() -> pair.channel.write(freed)).isInstanceOf(IllegalStateException.class);
        }
        assertThatThrownBy(() -> pair.channel.write(Freed.buffer(100_000))).isInstanceOf(IllegalStateException.class);
        ByteBuffer[] together = {bytes(10_000), Freed.buffer(10_000)};
        assertThatThrownBy(() -> pair.channel.write(together)).isInstanceOf(IllegalStateException.class);
        assertThat(together[0].position()).isZero();
        Pair other = connect(); // of which nothing is in the ring
        other.peer.getOutputStream().write(new byte[100]);
        assertThatThrownBy(() -> other.channel.read(Freed.buffer(100))).isInstanceOf(IllegalStateException.class);
        assertThat(pair.peer.getInputStream().available()).isZero();

        fill(pair.channel);
        assertThat(pair.channel.write(bytes(1_000)))
                .as("into a buffer of the ring")
                .isEqualTo(1_000);
        pair.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.registration.close(new IOException("over"));
        other.registration.close(new IOException("over"));
    }

    @Test
    void nothing_is_received_into_a_buffer_that_may_only_be_read() throws Exception {
        Pair pair = connect();
        pair.peer.getOutputStream().write(new byte[100]);
        ByteBuffer into = ByteBuffer.allocateDirect(100);
        assertThatThrownBy(() -> pair.channel.read(into.asReadOnlyBuffer()))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(pair.channel.read(into)).isEqualTo(100);
        pair.channel.close();
    }

    @Test
    void buffers_of_what_was_sent_are_used_again() throws Exception {
        drive.start();
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        for (int i = 0; i < 5_000; i++) { // more than there are
            while (pair.channel.write(bytes(10)) == 0) {
                driver.unpark(); // as a worker looks at its driver before it sleeps
            }
            if (i % 100 == 99) {
                driver.unpark();
                assertThat(pair.peer.getInputStream().readNBytes(1_000)).hasSize(1_000);
            }
        }
        fill(pair.channel);
        assertThat(pair.channel.write(bytes(1_000)))
                .as("into a buffer of the ring")
                .isEqualTo(1_000);
        pair.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.registration.close(new IOException("over"));
    }

    @Test
    void a_reset_throws_away_what_was_accepted_and_no_peer_takes_it_for_an_end() throws Exception {
        drive.start();
        Pair pair = connect();
        await(pair, SelectionKey.OP_READ);
        fill(pair.channel);
        assertThat(pair.channel.write(bytes(1_000))).isEqualTo(1_000);
        pair.channel.setOption(StandardSocketOptions.SO_LINGER, 0);
        pair.registration.close(new IOException("over"));
        Awaitility.await().until(() -> keys() == 0); // though the peer has read nothing
        assertThatThrownBy(() -> pair.peer.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
    }

    @Test
    void a_shutdown_of_the_driver_resets_whom_it_still_owes_bytes_and_ends_all_others() throws Exception {
        drive.start();
        Pair owed = connect();
        await(owed, SelectionKey.OP_READ);
        fill(owed.channel);
        assertThat(owed.channel.write(bytes(1_000))).isEqualTo(1_000);
        Pair other = connect();
        CountingWaker waker = await(other, SelectionKey.OP_READ);
        drive.close();
        assertThat(waker.wakes).hasValue(1);
        assertThat(other.peer.getInputStream().read()).isEqualTo(-1);
        assertThatThrownBy(() -> owed.peer.getInputStream().readAllBytes()).isInstanceOf(SocketException.class);
        assertThat(keys()).isZero();
        assertThatThrownBy(() -> await(connect(), SelectionKey.OP_READ)).isInstanceOf(IOException.class);
    }

    @Test
    void a_write_to_a_peer_that_is_gone_fails_the_connection_once() throws Exception {
        drive.start();
        Pair pair = connect();
        pair.peer.setSoLinger(true, 0);
        await(pair, SelectionKey.OP_READ);
        pair.registration.forget(SelectionKey.OP_READ);
        pair.peer.close();
        Awaitility.await().until(() -> {
            try {
                pair.channel.write(bytes(10));
                driver.unpark(); // as a worker looks at its driver before it sleeps
            } catch (ClosedChannelException closed) {
                return true;
            }
            return false;
        });
        assertThat(pair.registration.failure()).hasMessageMatching("Broken pipe|Connection reset");
        Awaitility.await().until(() -> keys() == 0);
    }

    @Test
    void bytes_are_not_lost_with_the_thread_that_has_waited_for_them() throws Exception {
        drive.start();
        Pair pair = connect();
        List<CountingWaker> wakers = new ArrayList<>();
        Thread waiting = new Thread(() -> {
            try {
                wakers.add(await(pair, SelectionKey.OP_READ));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        waiting.start();
        waiting.join();
        pair.peer.getOutputStream().write(new byte[7]);
        ByteBuffer into = ByteBuffer.allocateDirect(100);
        Awaitility.await().until(() -> {
            if (wakers.get(0).wakes.get() == 1 && pair.channel.read(into) == 0) {
                wakers.set(0, await(pair, SelectionKey.OP_READ));
            }
            return into.position() == 7;
        });
        pair.registration.close(new IOException("over"));
    }

    @Test
    void more_connections_than_entries_are_served() throws Exception {
        List<Pair> pairs = new ArrayList<>();
        List<CountingWaker> wakers = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            Pair pair = connect();
            pairs.add(pair);
            wakers.add(await(pair, SelectionKey.OP_READ));
            pair.peer.getOutputStream().write(i);
        }
        while (wakers.stream().anyMatch(each -> each.wakes.get() == 0)) {
            driver.park(1_000_000_000);
        }
        for (int i = 0; i < pairs.size(); i++) {
            ByteBuffer into = ByteBuffer.allocateDirect(10);
            assertThat(pairs.get(i).channel.read(into)).isEqualTo(1);
            assertThat(into.get(0)).isEqualTo((byte) i);
            pairs.get(i).registration.close(new IOException("over"));
            pairs.get(i).peer.close();
        }
        while (keys() > 0) {
            driver.poll();
        }
    }

    @Test
    void a_connection_that_was_reset_before_it_is_accepted_still_tells_whose_it_was() throws Exception {
        try (ServerSocketChannel listener = transport.openListener(true)) {
            listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
            InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
            Socket peer = new Socket(local.getAddress(), local.getPort());
            InetSocketAddress theirs = (InetSocketAddress) peer.getLocalSocketAddress();
            peer.setSoLinger(true, 0);
            peer.close();
            SocketChannel accepted;
            while ((accepted = listener.accept()) == null) {
                Thread.onSpinWait();
            }
            try (SocketChannel connection = accepted) {
                assertThat(connection.getRemoteAddress()).isEqualTo(theirs);
                assertThatThrownBy(() -> connection.read(ByteBuffer.allocateDirect(10)))
                        .isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void addresses_of_both_families_are_understood() throws Exception {
        for (String host : new String[] {"127.0.0.1", "::1"}) {
            InetAddress address = InetAddress.getByName(host);
            for (boolean ipv4 : new boolean[] {host.startsWith("1"), false}) {
                try (ServerSocketChannel listener = transport.openListener(ipv4);
                        SocketChannel channel = transport.openStream(ipv4)) {
                    listener.bind(new InetSocketAddress(address, 0), 10);
                    InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
                    assertThat(local.getAddress()).isEqualTo(address);
                    boolean connected = channel.connect(local);
                    SocketChannel accepted;
                    while ((accepted = listener.accept()) == null) {
                        Thread.onSpinWait();
                    }
                    while (!connected) {
                        connected = channel.finishConnect();
                    }
                    assertThat(accepted.getRemoteAddress()).isEqualTo(channel.getLocalAddress());
                    assertThat(channel.getRemoteAddress()).isEqualTo(local);
                    accepted.close();
                }
            }
        }
    }
}
