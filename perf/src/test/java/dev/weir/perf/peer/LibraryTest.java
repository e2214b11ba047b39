package dev.weir.perf.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.upload.Outlet;
import dev.weir.perf.wire.Loopback;
import dev.weir.perf.wire.StreamPattern;
import java.io.IOException;
import java.net.Socket;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Of the libraries that need neither a newer Java nor a kernel that may forbid io_uring. */
class LibraryTest {
    private final Outlet outlet = new Outlet(1L << 30);

    @ParameterizedTest
    @EnumSource(names = {"NETTY_NIO", "NETTY_EPOLL", "REACTOR_NETTY", "VERTX"})
    void serves_as_our_own_servers_do(Library library) throws Exception {
        PeerServer server = library.server();
        byte[] sent = "0123456789".repeat(500).getBytes(US_ASCII);
        try (Socket echo = connect(server.start(Kind.ECHO, 0, 1, outlet))) {
            echo.getOutputStream().write(sent);
            assertThat(echo.getInputStream().readNBytes(sent.length)).isEqualTo(sent);
        }
        try (Socket http = connect(server.start(Kind.HTTP, 0, 1, outlet))) {
            http.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: a\r\n\r\n".repeat(2).getBytes(US_ASCII));
            String answers = new String(http.getInputStream().readNBytes(2 * 129), US_ASCII);
            assertThat(answers)
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("Hello, World!")
                    .containsIgnoringCase("\r\nserver: perf\r\n")
                    .containsIgnoringCase("\r\ndate: ")
                    .containsIgnoringCase("\r\ncontent-length: 13\r\n");
        }
        try (Socket stream = connect(server.start(Kind.STREAM, 0, 1, outlet))) {
            byte[] received = stream.getInputStream().readNBytes(2 * StreamPattern.CHUNK);
            for (int i = 0; i < received.length; i += 997) {
                assertThat(received[i]).isEqualTo(StreamPattern.at(i));
            }
        }
    }

    private static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        socket.setSoTimeout(15_000);
        socket.connect(Loopback.port(port), 15_000);
        return socket;
    }
}
