package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.testkit.SourceLaws;
import dev.weir.time.Timers;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TcpListenerTest {
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

    @Test
    void it_listens_at_the_address_it_tells() throws Exception {
        try (TcpListener listener = TcpListener.bind(runtime, ANY_PORT);
                Socket peer = new Socket(
                        listener.localAddress().getAddress(),
                        listener.localAddress().getPort());
                TcpStream stream =
                        runtime.spawn(Loopback.next(SourceLaws.check(listener))).join()) {
            assertThat(stream.remoteAddress().getPort()).isEqualTo(peer.getLocalPort());
        }
    }

    @Test
    void an_address_in_use_is_refused_and_costs_no_descriptor() throws Exception {
        try (TcpListener listener = TcpListener.bind(ANY_PORT)) {
            long before = Loopback.openSockets();
            assertThatThrownBy(() -> TcpListener.bind(listener.localAddress())).isInstanceOf(BindException.class);
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
        }
    }

    @Test
    void an_option_that_no_socket_has_fails_it_and_costs_no_descriptor() throws Exception {
        TcpOptions options = TcpOptions.DEFAULT.with(StandardSocketOptions.IP_MULTICAST_TTL, 1);
        long before = Loopback.openSockets();
        try (TcpListener listener = TcpListener.bind(ANY_PORT, options);
                Socket peer = new Socket()) {
            peer.setSoTimeout(20_000);
            peer.connect(listener.localAddress());
            assertThatThrownBy(() -> runtime.spawn(Loopback.next(listener)).join())
                    .hasRootCauseInstanceOf(UnsupportedOperationException.class);
            assertThat(listener.isDone()).isTrue();
            assertThat(peer.getInputStream().read())
                    .as("the accepted side is closed")
                    .isEqualTo(-1);
        }
        await().until(() -> Loopback.openSockets() <= before);
    }

    @Test
    void closing_it_ends_who_waits_for_connections() throws Exception {
        TcpListener listener = TcpListener.bind(ANY_PORT);
        JoinHandle<Long> accepting = runtime.spawn(Loopback.count(listener));
        await().until(() -> runtime.service(IoMetrics.class).keys() == 1);
        listener.close();
        assertThatThrownBy(accepting::join)
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("was closed");
        await().until(() -> runtime.service(IoMetrics.class).keys() == 0);
        IoMetrics metrics = runtime.service(IoMetrics.class);
        assertThat(metrics.registered()).isEqualTo(1);
        assertThat(metrics.deregistered()).isEqualTo(1);
    }

    @Test
    void connections_are_accepted_one_for_each_demanded() throws Exception {
        try (TcpListener listener = TcpListener.bind(ANY_PORT)) {
            List<Socket> peers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                peers.add(new Socket(
                        listener.localAddress().getAddress(),
                        listener.localAddress().getPort()));
            }
            long before = Loopback.openSockets();
            runtime.spawn(Loopback.next(listener)).join().close();
            assertThat(Loopback.openSockets()).isLessThanOrEqualTo(before);
            for (Socket peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void when_descriptors_run_out_it_waits_and_resumes_when_they_return() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")) && Files.isDirectory(Path.of("/proc/self/fd")));
        ProcessBuilder command = new ProcessBuilder(
                "/bin/sh",
                "-c",
                "ulimit -n 120; exec \"$0\" -cp \"$1\" $2 dev.weir.io.net.FewDescriptors",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                asHere());
        command.redirectErrorStream(true);
        Process child = command.start();
        List<Socket> peers = new ArrayList<>();
        try (BufferedReader said =
                new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
            int port = Integer.parseInt(answer(said, "port"));
            for (int i = 0; i < FewDescriptors.CLIENTS; i++) {
                peers.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            assertThat(Integer.parseInt(answer(said, "failures after 3 s"))).isBetween(1, 6);
            assertThat(Integer.parseInt(answer(said, "accepted after 3 s"))).isBetween(30, 119);
            assertThat(peers).hasSize(FewDescriptors.CLIENTS);
            for (Socket peer : peers.subList(0, 130)) { // those that stay find room, however many libraries are open
                peer.close(); // the server sees the end and closes its side
            }
            assertThat(Integer.parseInt(answer(said, "accepted at last"))).isEqualTo(FewDescriptors.CLIENTS);
            assertThat(Integer.parseInt(answer(said, "warnings")))
                    .as("one for each episode, and descriptors may run out again while they return")
                    .isBetween(1, 3);
        } finally {
            child.destroy();
            for (Socket peer : peers) {
                peer.close();
            }
        }
    }

    /** Its owner waits for nothing but the end of the pause, which is seconds away. */
    @Test
    void who_waits_out_a_pause_is_told_at_once_that_it_was_closed() throws Exception {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 10; round++) {
            Unwilling channel = new Unwilling();
            TcpListener listener = new TcpListener(channel, TcpOptions.DEFAULT);
            JoinHandle<TcpStream> next = runtime.spawn(Loopback.next(listener));
            await().until(() -> channel.refusals.get() >= 2); // the second is taken for the system's
            long closed = System.nanoTime();
            listener.close();
            assertThatThrownBy(() -> next.join(Duration.ofSeconds(30)))
                    .isInstanceOf(CompletionException.class)
                    .hasRootCauseMessage("the listener on " + channel.getLocalAddress() + " was closed");
            least = Math.min(least, System.nanoTime() - closed);
        }
        assertThat(least).as("not by the end of a pause, once at least").isLessThan(200_000_000);
        await().until(() -> runtime.service(Timers.class).size() == 0);
    }

    @Test
    void what_was_accepted_is_closed_whatever_fails_behind_it() throws Exception {
        SocketChannel accepted = SocketChannel.open();
        SocketAttempt.Wrapping<TcpStream> failing = (channel, place) -> {
            throw new OutOfMemoryError("on purpose");
        };
        assertThatThrownBy(() -> failing.wrapOrClose(accepted)).isInstanceOf(OutOfMemoryError.class);
        assertThat(accepted.isOpen()).isFalse();
    }

    /** Accepts nothing. */
    private static final class Unwilling extends ServerSocketChannel {
        final AtomicInteger refusals = new AtomicInteger();

        Unwilling() throws IOException {
            super(SelectorProvider.provider());
            configureBlocking(false);
        }

        @Override
        public SocketChannel accept() throws IOException {
            refusals.incrementAndGet();
            throw new IOException("not now");
        }

        @Override
        public SocketAddress getLocalAddress() {
            return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
        }

        @Override
        public ServerSocketChannel bind(SocketAddress local, int backlog) {
            return this;
        }

        @Override
        public <T> ServerSocketChannel setOption(SocketOption<T> name, T value) {
            return this;
        }

        @Override
        public <T> T getOption(SocketOption<T> name) {
            return null;
        }

        @Override
        public Set<SocketOption<?>> supportedOptions() {
            return Set.of();
        }

        @Override
        public ServerSocket socket() {
            throw new UnsupportedOperationException();
        }

        @Override
        protected void implCloseSelectableChannel() {}

        @Override
        protected void implConfigureBlocking(boolean block) {}
    }

    /** Options of a JVM whose sockets shall be of the same kind. */
    private static String asHere() {
        String transport = System.getProperty("weir.io.transport", "nio");
        return "-Dweir.io.transport=" + transport
                + (transport.equals("nio") ? "" : " --enable-native-access=ALL-UNNAMED");
    }

    /** Reads lines until the one that answers. */
    private static String answer(BufferedReader said, String question) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line; (line = said.readLine()) != null; lines.add(line)) {
            if (line.startsWith(question + ": ")) {
                return line.substring(question.length() + 2);
            }
        }
        throw new AssertionError("no answer to '" + question + "' in " + lines);
    }
}
