package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpStreamTest {
    private TaskRuntime runtime;
    private Loopback server;

    @BeforeEach
    void open() throws IOException {
        runtime = TaskRuntime.builder().workers(2).build();
        server = Loopback.listen(runtime);
    }

    @AfterEach
    void close() {
        server.close();
        runtime.close();
    }

    private TcpStream connect() {
        return runtime.spawn(TcpStream.connect(server.listener().localAddress()))
                .join();
    }

    @Test
    void both_ends_know_their_addresses() throws Exception {
        try (TcpStream client = connect();
                TcpStream accepted = server.accept()) {
            assertThat(client.remoteAddress()).isEqualTo(server.listener().localAddress());
            assertThat(accepted.remoteAddress()).isEqualTo(client.localAddress());
            assertThat(accepted.localAddress()).isEqualTo(client.remoteAddress());
        }
    }

    /** Nobody drives the runtime of the writer after its flush. */
    @Test
    void what_was_flushed_arrives_though_the_thread_has_left_the_runtime() throws Exception {
        try (ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                TaskRuntime own = TaskRuntime.currentThread().build();
                TcpStream client = own.blockOn(TcpStream.connect(
                        new InetSocketAddress(listening.getInetAddress(), listening.getLocalPort())));
                Socket peer = listening.accept()) {
            peer.setSoTimeout(10_000);
            Sink<ByteBuffer> writer = client.writer();
            for (int i = 1; i <= 10; i++) {
                ByteBuffer message = ByteBuffer.wrap(new byte[] {(byte) i, 0, 0});
                boolean[] sent = {false};
                own.blockOn(cx -> {
                    if (!sent[0] && writer.pollReady(cx)) {
                        writer.send(message);
                        sent[0] = true;
                    }
                    return sent[0] && writer.pollFlush(cx) ? Poll.done() : Poll.pending();
                });
                assertThat(peer.getInputStream().readNBytes(3)).containsExactly(i, 0, 0);
            }
            writer.close();
        }
    }

    @Test
    void each_half_is_taken_once() {
        try (TcpStream client = connect()) {
            client.reader();
            client.writer();
            assertThatThrownBy(client::reader)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("reader");
            assertThatThrownBy(client::writer)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("writer");
        }
    }

    @Test
    void sizes_below_one_are_refused_and_take_nothing() {
        try (TcpStream client = connect()) {
            assertThatThrownBy(() -> client.reader(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("chunk")
                    .hasMessageContaining("0");
            assertThatThrownBy(() -> client.writer(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("bound");
            assertThat(client.reader(1)).isNotNull();
            assertThat(client.writer(1)).isNotNull();
        }
    }

    @Test
    void a_refused_connection_fails_with_the_error_of_the_system_and_gives_its_descriptor_back() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress(
                InetAddress.getLoopbackAddress(), Loopback.nobody().getPort());
        long before = Loopback.openSockets();
        for (int i = 0; i < 200; i++) {
            JoinHandle<TcpStream> attempt = runtime.spawn(TcpStream.connect(nobody));
            assertThatThrownBy(attempt::join)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(ConnectException.class);
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(keys()).isLessThanOrEqualTo(0);
        });
    }

    private int keys() {
        return runtime.service(IoMetrics.class).keys();
    }

    @Test
    void a_name_is_looked_up_when_the_connection_is_wanted() {
        int port = server.listener().localAddress().getPort();
        try (TcpStream client = runtime.spawn(TcpStream.connect(InetSocketAddress.createUnresolved("localhost", port)))
                .join()) {
            assertThat(client.remoteAddress().getPort()).isEqualTo(port);
        }
    }

    @Test
    void only_internet_addresses_can_be_connected_to() {
        assertThatThrownBy(() -> TcpStream.connect(java.net.UnixDomainSocketAddress.of("x")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("InetSocketAddress");
    }

    @Test
    void a_connection_that_is_given_up_gives_its_descriptor_back() throws Exception {
        long before = Loopback.openSockets();
        for (int i = 0; i < 200; i++) {
            JoinHandle<TcpStream> attempt =
                    runtime.spawn(givenUp(TcpStream.connect(server.listener().localAddress())));
            assertThatThrownBy(attempt::join).isInstanceOf(CompletionException.class);
        }
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(keys()).isLessThanOrEqualTo(0);
        });
    }

    /** Polls once and fails. */
    private static Pollable<TcpStream> givenUp(Pollable<TcpStream> connect) {
        return new Pollable<>() {
            @Override
            public dev.weir.task.Poll<TcpStream> poll(dev.weir.task.Context cx) throws Exception {
                dev.weir.task.Poll<TcpStream> answer = connect.poll(cx);
                if (answer.isReady()) {
                    answer.get().close();
                }
                throw new IOException("given up");
            }

            @Override
            public void close() {
                connect.close();
            }
        };
    }

    @Test
    void closing_a_stream_ends_both_halves_that_wait() throws Exception {
        try (Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(stream.reader()));
            await().until(() -> keys() > 0);
            stream.close();
            stream.close();
            assertThatThrownBy(reading::join).hasRootCauseMessage("the connection was closed");
            SocketWriter writer = stream.writer();
            assertThatThrownBy(() -> writer.send(ByteBuffer.allocate(1))).isInstanceOf(IOException.class);
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void a_connection_closes_when_both_halves_are_closed_and_not_before() throws Exception {
        try (Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            int keys = keys(); // of the listener, if it had to wait for the connection
            SocketReader reader = stream.reader();
            SocketWriter writer = stream.writer();
            peer.shutdownOutput();
            assertThat(runtime.spawn(Loopback.count(reader)).join()).isZero(); // and closes it
            assertThat(runtime.spawn(writer.drain(Loopback.items(1, 5))).join()).isEqualTo(5);
            assertThat(peer.getInputStream().readAllBytes()).hasSize(5);
            await().until(() -> keys() == keys);
        }
    }

    @Test
    void closing_connections_gives_descriptors_back_soon() throws Exception {
        int rounds = Integer.getInteger("weir.rounds", 1_000);
        long before = Loopback.openSockets();
        long most = 0;
        for (int i = 0; i < rounds; i++) {
            TcpStream client = connect();
            TcpStream accepted = server.accept();
            JoinHandle<Long> reading = runtime.spawn(Loopback.count(accepted.reader()));
            client.close();
            assertThat(reading.join()).isZero();
            accepted.close();
            if (i % 50 == 0) {
                most = Math.max(most, Loopback.openSockets());
            }
        }
        assertThat(most).isLessThanOrEqualTo(before + 100);
        await().untilAsserted(() -> {
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            assertThat(keys()).isLessThanOrEqualTo(1);
        });
    }

    @Test
    void a_shutdown_ends_what_waits_and_closes_what_is_open() throws Exception {
        List<Socket> peers = new ArrayList<>();
        List<JoinHandle<Long>> waiting = new ArrayList<>();
        List<TcpStream> streams = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            peers.add(server.connect());
            TcpStream stream = server.accept();
            streams.add(stream);
            waiting.add(runtime.spawn(Loopback.count(stream.reader())));
        }
        await().until(() -> keys() >= 20);
        runtime.close();
        assertThat(waiting).allMatch(JoinHandle::isDone);
        for (Socket peer : peers) {
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            peer.close();
        }
        streams.forEach(TcpStream::close);
    }

    @Test
    void interrupts_of_the_workers_lose_no_byte() throws Exception {
        try (Socket peer = server.connect()) {
            TcpStream stream = server.accept();
            JoinHandle<Long> echo = runtime.spawn(stream.writer().drain(stream.reader()));
            ThreadGroup group = Thread.currentThread().getThreadGroup();
            while (group.getParent() != null) {
                group = group.getParent();
            }
            Thread[] all = new Thread[group.activeCount() + 50];
            int threads = group.enumerate(all);
            byte[] ball = new byte[64];
            int interrupts = 0;
            for (int i = 0; i < 2_000; i++) {
                for (int t = 0; t < threads; t++) {
                    if (all[t].getName().startsWith("weir")) {
                        all[t].interrupt();
                        interrupts++;
                    }
                }
                peer.getOutputStream().write(ball);
                assertThat(peer.getInputStream().readNBytes(ball.length)).hasSize(ball.length);
            }
            assertThat(interrupts).isPositive();
            peer.shutdownOutput();
            assertThat(echo.join()).isPositive();
        }
    }
}
