package dev.weir.perf.serve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.perf.wire.StreamPattern;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ProxyServiceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private static Server proxyTo(InetSocketAddress target) throws IOException {
        return new Server(new ProxyService(target), 0, 2, 100);
    }

    private static Socket connect(Server server) throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(10_000);
        return socket;
    }

    @Test
    void what_goes_through_comes_back_whole_and_in_order() throws Exception {
        byte[] sent = new byte[3_000_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = StreamPattern.at(i);
        }
        try (Server echo = new Server(new EchoService(), 0, 2, 10);
                Server proxy = proxyTo(echo.address())) {
            try (Socket client = connect(proxy)) {
                Thread sender = new Thread(() -> {
                    try {
                        client.getOutputStream().write(sent);
                        client.shutdownOutput();
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                sender.start();
                assertThat(client.getInputStream().readAllBytes()).isEqualTo(sent);
                sender.join();
            }
            await().atMost(LIMIT).until(() -> proxy.liveTasks() == 1 && echo.liveTasks() == 1);
            assertThat(proxy.totals())
                    .endsWith("of which 0 failed; 3000000 bytes passed on, 3000000 bytes passed back");
        }
    }

    @Test
    void a_server_that_ends_first_is_still_sent_to() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Server proxy = proxyTo((InetSocketAddress) target.getLocalSocketAddress());
                Socket client = connect(proxy);
                Socket server = target.accept()) {
            server.getOutputStream().write(1);
            server.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(1);
            client.getOutputStream().write(new byte[1000]);
            client.shutdownOutput();
            assertThat(server.getInputStream().readAllBytes()).hasSize(1000);
        }
    }

    @Test
    void a_server_that_is_not_there_fails_the_client_and_nothing_else() throws Exception {
        try (Socket nobody = nobody();
                Server proxy = proxyTo((InetSocketAddress) nobody.getLocalSocketAddress())) {
            for (int i = 1; i <= 3; i++) {
                try (Socket client = connect(proxy)) {
                    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
                }
                String failed = "of which " + i + " failed";
                await().atMost(LIMIT).until(() -> proxy.totals().contains(failed));
            }
            await().atMost(LIMIT).until(() -> proxy.liveTasks() == 1); // a failure is told before its task is gone
        }
    }

    /** Bound and not listening: who connects is refused, and nobody else is given the port meanwhile. */
    private static Socket nobody() throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        return socket;
    }

    @Test
    void a_server_that_breaks_off_is_no_end_for_the_client() throws Exception {
        try (ServerSocket target = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
                Server proxy = proxyTo((InetSocketAddress) target.getLocalSocketAddress());
                Socket client = connect(proxy)) {
            Socket server = target.accept();
            server.getOutputStream().write(1);
            assertThat(client.getInputStream().read()).isEqualTo(1);
            server.setSoLinger(true, 0);
            server.close();
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            await().atMost(LIMIT).until(() -> proxy.liveTasks() == 1);
        }
    }
}
