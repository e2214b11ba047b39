package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.io.driver.Drive;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A name that has several addresses. Loopback has sixteen million of them, of which the tests use three. */
class TcpConnectTest {
    private TaskRuntime runtime;

    @BeforeEach
    void open() {
        runtime = TaskRuntime.builder().workers(1).build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private static InetAddress host(int last) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    private static Pollable<TcpStream> connect(int port, InetAddress... addresses) {
        return new TcpConnect(
                InetSocketAddress.createUnresolved("several", port), TcpOptions.DEFAULT, name -> addresses);
    }

    @Test
    void families_take_turns_beginning_with_that_of_the_first() throws Exception {
        InetAddress four = host(1);
        InetAddress six = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        assertThat(TcpConnect.interleaved(new InetAddress[] {six, six, six, four, four}, 1))
                .extracting(InetSocketAddress::getAddress)
                .containsExactly(six, four, six, four, six);
        assertThat(TcpConnect.interleaved(new InetAddress[] {four, six, six}, 1))
                .extracting(InetSocketAddress::getAddress)
                .containsExactly(four, six, six);
    }

    @Test
    void an_address_that_refuses_lets_the_next_one_begin_at_once() throws Exception {
        int port = Loopback.nobody().getPort(); // one that is free at one address may be somebody's at another
        try (ServerSocket server = new ServerSocket(port, 10, host(3))) {
            long before = Loopback.openSockets();
            long began = System.nanoTime();
            try (TcpStream stream = runtime.blockOn(connect(server.getLocalPort(), host(1), host(2), host(3)))) {
                assertThat(stream.remoteAddress().getAddress()).isEqualTo(host(3));
                // Only an upper bound on a busy machine: two staggers would be 500 ms by themselves.
                assertThat(System.nanoTime() - began).isLessThan(30_000_000_000L);
                await().untilAsserted(() -> assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before + 1));
            }
        }
    }

    /** As a system without IPv6 has them, to an address that is written in numbers. */
    @Test
    void an_address_that_sockets_have_no_way_to_is_one_that_failed() throws Exception {
        InetAddress six = InetAddress.getByAddress(new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        long before = Loopback.openSockets();
        SocketAttempt.Opener ofIpv4 = () -> {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.INET);
            channel.configureBlocking(false);
            return channel;
        };
        InetSocketAddress target = new InetSocketAddress(six, 1);
        SocketAttempt<SocketChannel> attempt = new SocketAttempt<>(target, ofIpv4, (channel, place) -> channel);
        assertThatThrownBy(() -> runtime.spawn(attempt).join())
                .hasCauseInstanceOf(IOException.class)
                .hasStackTraceContaining(target.toString());
        await().untilAsserted(() -> assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before));
    }

    /** Who charges for the whole and for a part of it in one poll never gets on. */
    @Test
    void a_name_is_looked_up_and_connected_to_on_a_budget_of_one() throws Exception {
        try (TaskRuntime poor = TaskRuntime.builder().workers(1).budget(1).build();
                ServerSocket server = new ServerSocket(0, 10, host(1));
                TcpStream stream =
                        poor.spawn(connect(server.getLocalPort(), host(1))).join(Duration.ofSeconds(30))) {
            assertThat(stream.remoteAddress().getAddress()).isEqualTo(host(1));
        }
    }

    /** A listener whose backlog is full lets further attempts wait without an answer. */
    @ParameterizedTest
    @ValueSource(ints = {1, Budget.DEFAULT})
    void an_address_that_does_not_answer_is_overtaken_and_its_socket_closed(int budget) throws Exception {
        try (TaskRuntime each = TaskRuntime.builder().workers(1).budget(budget).build();
                ServerSocket silent = new ServerSocket(0, 1, host(1))) {
            List<Socket> filling = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Socket socket = new Socket();
                try {
                    socket.connect(silent.getLocalSocketAddress(), 300);
                } catch (IOException full) {
                    socket.close();
                    break;
                }
                filling.add(socket);
            }
            try (ServerSocket server = new ServerSocket(silent.getLocalPort(), 10, host(2))) {
                int port = server.getLocalPort();
                long before = Loopback.openSockets();
                long began = System.nanoTime();
                try (TcpStream stream =
                        each.spawn(connect(port, host(1), host(2))).join(Duration.ofSeconds(30))) {
                    assertThat(stream.remoteAddress().getAddress()).isEqualTo(host(2));
                    assertThat(System.nanoTime() - began)
                            .as("the first has its quarter of a second")
                            .isGreaterThanOrEqualTo(TcpConnect.STAGGER.toNanos());
                    await().untilAsserted(
                                    () -> assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before + 1));
                }
            }
            for (Socket socket : filling) {
                socket.close();
            }
        }
    }

    /** The event was not dispatched yet, and nothing reports it any more: with interest in it select would spin. */
    @Test
    void a_connection_found_by_a_poll_before_its_event_leaves_no_interest_in_it() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 10, host(1));
                Drive drive = Drive.withoutEvents()) {
            Context cx = drive.context(Waker.noop());
            boolean wasInProgress = false;
            while (!wasInProgress) {
                SocketAttempt<SocketChannel> attempt = new SocketAttempt<>(
                        server.getLocalSocketAddress(), TcpConnectTest::unblocking, (channel, registration) -> channel);
                Poll<SocketChannel> connected = attempt.poll(cx);
                while (connected.isPending()) {
                    wasInProgress = true;
                    connected = attempt.poll(cx);
                }
                assertThat(drive.interest()).isZero();
                connected.get().close();
                server.accept().close();
            }
        }
    }

    private static SocketChannel unblocking() throws IOException {
        SocketChannel channel = SocketChannel.open();
        channel.configureBlocking(false);
        return channel;
    }

    @Test
    void when_all_fail_the_first_failure_tells_of_the_others() throws Exception {
        int port = Loopback.nobody().getPort();
        long before = Loopback.openSockets();
        Throwable failure = catchThrowable(() -> runtime.blockOn(connect(port, host(1), host(2), host(3))));
        assertThat(failure).hasCauseInstanceOf(ConnectException.class);
        assertThat(failure.getCause().getSuppressed()).hasSize(2);
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(runtime.service(IoMetrics.class).keys()).isZero();
        });
    }

    @Test
    void a_name_that_is_unknown_is_an_error_of_the_lookup() {
        Pollable<TcpStream> unknown =
                new TcpConnect(InetSocketAddress.createUnresolved("nowhere", 1), TcpOptions.DEFAULT, name -> {
                    throw new UnknownHostException(name);
                });
        assertThat(catchThrowable(() -> runtime.blockOn(unknown))).hasCauseInstanceOf(UnknownHostException.class);
    }
}
