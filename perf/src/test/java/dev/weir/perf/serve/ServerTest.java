package dev.weir.perf.serve;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.perf.wire.StreamPattern;
import java.io.IOException;
import java.net.BindException;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @Test
    void echo_sends_everything_back_and_then_ends_its_side() throws IOException {
        byte[] sent = new byte[300_000];
        for (int i = 0; i < sent.length; i++) {
            sent[i] = StreamPattern.at(7L * i);
        }
        try (Server server = new Server(new EchoService(), 0, 2, 10);
                Socket client = connect(server)) {
            client.getOutputStream().write(sent, 0, 100_000);
            assertThat(client.getInputStream().readNBytes(100_000)).isEqualTo(Arrays.copyOf(sent, 100_000));
            client.getOutputStream().write(sent, 100_000, 200_000);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(Arrays.copyOfRange(sent, 100_000, 300_000));
            await().atMost(LIMIT).until(() -> server.liveTasks() == 1);
        }
    }

    @Test
    void http_answers_pieces_of_a_pipeline_and_closes_when_asked() throws IOException {
        try (Server server = new Server(new HttpService(), 0, 2, 10);
                Socket client = connect(server)) {
            client.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HT".getBytes(US_ASCII));
            String first = new String(client.getInputStream().readNBytes(100), US_ASCII);
            assertThat(first).startsWith("HTTP/1.1 200 OK\r\n");
            client.getOutputStream().write("TP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            String rest = new String(client.getInputStream().readAllBytes(), US_ASCII);
            assertThat(first + rest)
                    .endsWith("\r\nConnection: close\r\n\r\nHello, World!")
                    .containsPattern("Hello, World!HTTP/1.1 200");
        }
    }

    @Test
    void http_lets_a_client_read_why_it_was_refused_though_it_goes_on_sending() throws IOException {
        try (Server server = new Server(new HttpService(), 0, 2, 10);
                Socket client = connect(server)) {
            client.getOutputStream().write("x".repeat(1_000_000).getBytes(US_ASCII));
            assertThat(new String(client.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void stream_sends_the_pattern_until_the_client_leaves() throws IOException {
        try (Server server = new Server(new StreamService(), 0, 2, 10)) {
            try (Socket client = connect(server)) {
                byte[] received = client.getInputStream().readNBytes(3_000_000);
                for (int i = 0; i < received.length; i++) {
                    if (received[i] != StreamPattern.at(i)) {
                        assertThat(received[i]).as("byte %d", i).isEqualTo(StreamPattern.at(i));
                    }
                }
                assertThat(received).hasSize(3_000_000);
            }
            await().atMost(LIMIT).until(() -> server.liveTasks() == 1);
        }
    }

    @Test
    void sink_counts_what_it_discards() throws IOException {
        try (Server server = new Server(new SinkService(), 0, 2, 10)) {
            try (Socket client = connect(server)) {
                client.getOutputStream().write(new byte[1_234_567]);
                client.shutdownOutput();
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            assertThat(server.totals()).isEqualTo("served 1 connections, of which 0 failed; 1234567 bytes discarded");
        }
    }

    @Test
    void a_connection_that_fails_harms_no_other() throws IOException {
        try (Server server = new Server(new EchoService(), 0, 2, 10);
                Socket good = connect(server)) {
            Socket bad = connect(server);
            bad.getOutputStream().write(new byte[100]);
            assertThat(bad.getInputStream().readNBytes(100)).hasSize(100);
            bad.setSoLinger(true, 0);
            bad.close();
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(server.totals()).contains("of which 1 failed"));
            good.getOutputStream().write(7);
            assertThat(good.getInputStream().read()).isEqualTo(7);
        }
    }

    @Test
    void connections_beyond_the_cap_wait_for_their_turn() throws IOException {
        try (Server server = new Server(new EchoService(), 0, 2, 1)) {
            Socket first = connect(server);
            first.getOutputStream().write(1);
            assertThat(first.getInputStream().read()).isEqualTo(1);
            try (Socket second = connect(server)) {
                second.getOutputStream().write(2);
                assertThat(server.totals()).startsWith("served 1 connections");
                first.close();
                assertThat(second.getInputStream().read()).isEqualTo(2);
            }
        }
    }

    @Test
    void it_stops_with_connections_open() throws IOException {
        try (Server server = new Server(new StreamService(), 0, 2, 10);
                Socket client = connect(server)) {
            assertThat(client.getInputStream().read()).isEqualTo(StreamPattern.at(0));
            assertThat(server.stop(LIMIT)).isTrue();
            assertThat(server.liveTasks()).isZero();
        }
    }

    @Test
    void a_port_that_is_taken_is_refused() throws IOException {
        try (Server server = new Server(new EchoService(), 0, 1, 1)) {
            assertThatThrownBy(
                            () -> new Server(new EchoService(), server.address().getPort(), 1, 1).close())
                    .isInstanceOf(BindException.class);
        }
    }

    private static Socket connect(Server server) throws IOException {
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout((int) LIMIT.toMillis());
        return socket;
    }
}
