package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.io.ByteBudget;
import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import dev.weir.time.Timeout;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.UnknownHostException;
import java.nio.channels.MembershipKey;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpSocketTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private TaskRuntime runtime;

    @BeforeEach
    void open() {
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private static Datagram datagram(String text, InetSocketAddress to) {
        return new Datagram(StandardCharsets.UTF_8.encode(text), to);
    }

    private static String text(Datagram datagram) {
        return StandardCharsets.UTF_8.decode(datagram.payload()).toString();
    }

    private static InetAddress address(int... parts) throws UnknownHostException {
        byte[] bytes = new byte[parts.length];
        for (int i = 0; i < parts.length; i++) {
            bytes[i] = (byte) parts[i];
        }
        return InetAddress.getByAddress(bytes);
    }

    /** Sends one item and leaves the sink open. */
    private static <T> Pollable<@Nullable Void> send(Sink<T> sink, T item) {
        return new Pollable<>() {
            private boolean sent;

            @Override
            public Poll<@Nullable Void> poll(dev.weir.task.Context cx) throws Exception {
                if (!sent) {
                    if (!sink.pollReady(cx)) {
                        return Poll.pending();
                    }
                    sink.send(item);
                    sent = true;
                }
                return sink.pollFlush(cx) ? Poll.done() : Poll.pending();
            }
        };
    }

    @Test
    void datagrams_keep_their_borders_and_tell_where_they_came_from() throws Exception {
        long before = Loopback.openSockets();
        try (UdpSocket server = UdpSocket.bind(ANY_PORT);
                UdpSocket client = UdpSocket.bind(ANY_PORT)) {
            SourceLaws<Datagram> receiver = SourceLaws.check(server.receiver());
            SinkLaws<Datagram> sender = SinkLaws.check(server.sender());
            JoinHandle<Long> echo = runtime.spawn(sender.drain(receiver));
            UdpSender out = client.sender();
            UdpReceiver in = client.receiver();
            for (String each : new String[] {"one", "", "three", "x".repeat(65_507)}) {
                runtime.blockOn(send(out, datagram(each, server.localAddress())));
                Datagram back = runtime.blockOn(Loopback.next(in));
                assertThat(text(back)).isEqualTo(each);
                assertThat(back.peer()).isEqualTo(server.localAddress());
            }
            assertThat(out.sent()).isEqualTo(4);
            echo.cancel();
            assertThat(catchThrowable(echo::join)).isNotNull();
            receiver.assertClosed();
            sender.assertClosed();
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(runtime.service(IoMetrics.class).keys()).isZero();
        });
    }

    @Test
    void a_close_is_known_without_a_poll_but_not_after_one_that_said_not_now() throws Exception {
        for (boolean asked : new boolean[] {false, true}) {
            UdpSocket socket = UdpSocket.bind(ANY_PORT);
            UdpReceiver receiver = socket.receiver();
            if (asked) {
                runtime.blockOn(Loopback.askInVain(receiver));
            }
            socket.close();
            assertThat(receiver.isDone()).as("asked: %s", asked).isEqualTo(!asked);
            assertThatThrownBy(() -> runtime.blockOn(Loopback.next(receiver))).hasStackTraceContaining("was closed");
            assertThat(receiver.isDone()).isTrue();
            receiver.close();
        }
    }

    @Test
    void a_half_that_is_closed_twice_leaves_the_other_alone() throws Exception {
        try (UdpSocket server = UdpSocket.bind(ANY_PORT)) {
            UdpReceiver receiver = server.receiver();
            for (boolean senderFirst : new boolean[] {true, false}) {
                UdpSocket client = UdpSocket.bind(ANY_PORT);
                UdpReceiver in = client.receiver();
                UdpSender out = client.sender();
                if (senderFirst) {
                    out.close();
                    out.close();
                    runtime.blockOn(Loopback.askInVain(in));
                    in.close();
                } else {
                    in.close();
                    in.close();
                    runtime.blockOn(send(out, datagram("still here", server.localAddress())));
                    assertThat(text(runtime.blockOn(Loopback.next(receiver)))).isEqualTo("still here");
                    out.close();
                }
                assertThat(client.registration().failure()).as("both are").isNotNull();
            }
        }
    }

    @Test
    void many_datagrams_in_a_row_arrive_when_they_are_asked_for() throws Exception {
        try (UdpSocket server = UdpSocket.bind(ANY_PORT, UdpOptions.DEFAULT.withReceiveBuffer(1 << 20));
                UdpSocket client = UdpSocket.bind(ANY_PORT)) {
            UdpReceiver receiver = server.receiver();
            Stream<Datagram> numbers =
                    Stream.iterate(0, i -> i + 1).limit(100).map(i -> datagram("" + i, server.localAddress()));
            runtime.spawn(client.sender().drain(Loopback.source(numbers.iterator())))
                    .join();
            for (int i = 0; i < 100; i++) {
                assertThat(text(runtime.blockOn(Loopback.next(receiver)))).isEqualTo("" + i);
            }
            assertThat(receiver.received()).isEqualTo(100);
        }
    }

    @Test
    void a_datagram_longer_than_the_bound_is_dropped_and_counted_and_ends_nothing() throws Exception {
        try (UdpSocket server = UdpSocket.bind(ANY_PORT, UdpOptions.DEFAULT.withMaxDatagram(10));
                DatagramSocket peer = new DatagramSocket()) {
            UdpReceiver receiver = server.receiver();
            for (int length : new int[] {11, 10, 5000, 1}) {
                peer.send(new DatagramPacket(new byte[length], length, server.localAddress()));
            }
            assertThat(runtime.blockOn(Loopback.next(receiver)).payload().remaining())
                    .isEqualTo(10);
            assertThat(runtime.blockOn(Loopback.next(receiver)).payload().remaining())
                    .isEqualTo(1);
            assertThat(receiver.oversized()).isEqualTo(2);
        }
    }

    /** Who holds the budget never gives it back. */
    @Test
    @SuppressWarnings("try") // closed while it waits
    void a_receiver_in_line_for_the_byte_budget_is_told_of_a_close_and_gives_up_its_place() throws Exception {
        ByteBudget budget = ByteBudget.of(100);
        assertThat(runtime.spawn(cx -> Poll.ready(budget.share().pollReserve(100, cx)))
                        .join())
                .isTrue();
        UdpOptions options = UdpOptions.DEFAULT.withMaxDatagram(100).withByteBudget(budget);
        try (UdpSocket socket = UdpSocket.bind(ANY_PORT, options)) {
            JoinHandle<Datagram> waiting = runtime.spawn(Loopback.next(socket.receiver()));
            await().until(() -> budget.waiting() == 1);
            socket.close();
            assertThat(catchThrowable(() -> waiting.join(Duration.ofSeconds(30))))
                    .rootCause()
                    .hasMessageContaining("was closed");
            assertThat(budget.waiting()).isZero();
        }
    }

    @Test
    void a_datagram_is_received_when_the_byte_budget_grants_it_and_counts_until_the_next_poll() throws Exception {
        ByteBudget budget = ByteBudget.of(100);
        UdpOptions options = UdpOptions.DEFAULT.withMaxDatagram(100).withByteBudget(budget);
        try (UdpSocket sender = UdpSocket.bind(ANY_PORT);
                UdpSocket first = UdpSocket.bind(ANY_PORT, options);
                UdpSocket second = UdpSocket.bind(ANY_PORT, options)) {
            UdpSender out = sender.sender();
            runtime.spawn(send(out, datagram("one", first.localAddress()))).join();
            runtime.spawn(send(out, datagram("two", second.localAddress()))).join();
            UdpReceiver one = first.receiver();
            UdpReceiver two = second.receiver();
            assertThat(text(runtime.spawn(Loopback.next(one)).join())).isEqualTo("one");
            assertThat(budget.used()).isEqualTo(3);
            JoinHandle<Datagram> waiting = runtime.spawn(Loopback.next(two));
            while (budget.waiting() == 0) {
                Thread.onSpinWait();
            }
            assertThat(waiting.isDone()).isFalse();
            one.close();
            assertThat(text(waiting.join())).isEqualTo("two");
            two.close();
            assertThat(budget.used()).isZero();
            out.close();
        }
    }

    @Test
    void a_peer_that_the_socket_cannot_address_is_refused_and_ends_nothing() throws Exception {
        try (UdpSocket socket = UdpSocket.bind(new InetSocketAddress(address(127, 0, 0, 1), 0));
                UdpSocket peer = UdpSocket.bind(new InetSocketAddress(address(127, 0, 0, 1), 0))) {
            UdpSender out = socket.sender();
            InetAddress six = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);
            runtime.blockOn(send(out, datagram("lost", new InetSocketAddress(six, 7))));
            assertThat(out.refused()).isEqualTo(1);
            runtime.blockOn(send(out, datagram("sent", peer.localAddress())));
            assertThat(text(runtime.blockOn(Loopback.next(peer.receiver())))).isEqualTo("sent");
            assertThat(out.sent()).isEqualTo(1);
            assertThatThrownBy(() ->
                            runtime.blockOn(send(out, datagram("", InetSocketAddress.createUnresolved("nowhere", 7)))))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("nowhere");
        }
    }

    @Test
    void a_datagram_longer_than_the_bound_is_not_sent() throws Exception {
        try (UdpSocket socket = UdpSocket.bind(ANY_PORT, UdpOptions.DEFAULT.withMaxDatagram(10))) {
            Datagram tooLong = datagram("0123456789x", socket.localAddress());
            assertThatThrownBy(() -> runtime.blockOn(send(socket.sender(), tooLong)))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("10")
                    .hasMessageContaining("11");
        }
    }

    @Test
    void a_connected_socket_sends_to_its_peer_alone() throws Exception {
        try (UdpSocket peer = UdpSocket.bind(ANY_PORT);
                UdpSocket other = UdpSocket.bind(ANY_PORT);
                UdpSocket socket = UdpSocket.connect(peer.localAddress())) {
            assertThat(socket.remoteAddress()).isEqualTo(peer.localAddress());
            UdpSender sender = socket.sender();
            assertThatThrownBy(() -> runtime.blockOn(send(sender, datagram("x", other.localAddress()))))
                    .hasCauseInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> runtime.blockOn(send(sender, datagram("", peer.localAddress()))))
                    .hasCauseInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("empty");
            runtime.blockOn(send(sender, datagram("y", peer.localAddress())));
            assertThat(text(runtime.blockOn(Loopback.next(peer.receiver())))).isEqualTo("y");
        }
    }

    @Test
    void a_connected_socket_learns_that_nobody_is_there() throws Exception {
        // As long as the port is taken at one address, no stranger is given it at all of them, nor is our own socket.
        try (UdpSocket neighbour = UdpSocket.bind(new InetSocketAddress(address(127, 0, 0, 1), 0))) {
            InetSocketAddress nobody = new InetSocketAddress(
                    address(127, 0, 0, 2), neighbour.localAddress().getPort());
            try (UdpSocket socket = UdpSocket.connect(nobody)) {
                runtime.blockOn(send(socket.sender(), datagram("x", nobody)));
                assertThatThrownBy(() -> runtime.blockOn(Loopback.next(socket.receiver())))
                        .hasCauseInstanceOf(PortUnreachableException.class);
            }
        }
    }

    @Test
    void a_socket_that_is_not_connected_goes_on_after_a_datagram_that_the_system_refuses() throws Exception {
        try (UdpSocket peer = UdpSocket.bind(ANY_PORT);
                UdpSocket socket = UdpSocket.bind(ANY_PORT)) {
            UdpSender sender = socket.sender();
            InetSocketAddress broadcast = new InetSocketAddress(address(255, 255, 255, 255), 9); // which is not allowed
            runtime.blockOn(send(sender, datagram("x", broadcast)));
            assertThat(sender.refused()).isEqualTo(1);
            runtime.blockOn(send(sender, datagram("y", peer.localAddress())));
            assertThat(text(runtime.blockOn(Loopback.next(peer.receiver())))).isEqualTo("y");
        }
    }

    @Test
    void what_is_sent_to_a_group_is_received_by_its_members_until_they_leave() throws Exception {
        NetworkInterface loopback = NetworkInterface.getByInetAddress(InetAddress.getLoopbackAddress());
        InetAddress group = address(239, 255, 77, 77);
        try (UdpSocket member = UdpSocket.bind(
                        new InetSocketAddress(address(0, 0, 0, 0), 0), UdpOptions.DEFAULT.withReuseAddress(true));
                UdpSocket socket = UdpSocket.bind(ANY_PORT)) {
            InetSocketAddress target =
                    new InetSocketAddress(group, member.localAddress().getPort());
            MembershipKey membership = joined(member, group, loopback);
            socket.sendMulticastVia(loopback);
            UdpSender sender = socket.sender();
            UdpReceiver receiver = member.receiver();
            runtime.blockOn(send(sender, datagram("to all", target)));
            assertThat(text(runtime.blockOn(Loopback.next(receiver)))).isEqualTo("to all");

            membership.drop();
            runtime.blockOn(send(sender, datagram("to those left", target)));
            assertThat(catchThrowable(
                            () -> runtime.blockOn(Timeout.of(Loopback.next(receiver), Duration.ofMillis(100)))))
                    .hasCauseInstanceOf(TimeoutException.class);
        }
    }

    private static MembershipKey joined(UdpSocket member, InetAddress group, NetworkInterface via) {
        try {
            return member.join(group, via);
        } catch (IOException e) {
            assumeTrue(false, "this machine has no multicast on its loopback interface: " + e);
            throw new IllegalStateException(e);
        }
    }

    @Test
    void closing_the_socket_ends_what_waits_and_each_half_is_taken_once() throws Exception {
        UdpSocket socket = UdpSocket.bind(ANY_PORT);
        JoinHandle<Datagram> waiting = runtime.spawn(Loopback.next(socket.receiver()));
        assertThatThrownBy(socket::receiver).isInstanceOf(IllegalStateException.class);
        await().until(() -> runtime.service(IoMetrics.class).keys() == 1);
        socket.close();
        socket.close();
        assertThat(catchThrowable(waiting::join))
                .isInstanceOf(CompletionException.class)
                .hasRootCauseMessage("the socket at " + socket.localAddress() + " was closed");
        await().until(() -> runtime.service(IoMetrics.class).keys() == 0);
    }
}
