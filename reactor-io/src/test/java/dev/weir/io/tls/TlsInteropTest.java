package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.ByteStream;
import dev.weir.io.Network;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpNetwork;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.net.UnixNetwork;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the JDK's own sockets, and over each kind of ours. */
class TlsInteropTest {
    private static final SSLContext CONTEXT = Certificates.SHARED.localhost();
    private static final TlsOptions OPTIONS = TlsOptions.of(CONTEXT);
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static TaskRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterAll
    static void stop() {
        runtime.close();
    }

    private static byte[] random(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }

    /** Accepts one connection and sends back what comes. */
    private static JoinHandle<Long> echoOnce(TlsListener listener) {
        return runtime.spawn(accept(listener).then(stream -> stream.writer().drain(stream.reader())));
    }

    private static Pollable<TlsStream> accept(TlsListener listener) {
        return cx -> {
            TlsStream stream = listener.poll(cx);
            return stream == null ? Poll.pending() : Poll.ready(stream);
        };
    }

    private static TlsListener listen(TlsOptions options) throws IOException {
        return TlsListener.of(TcpListener.bind(ANY_PORT), options);
    }

    private static SSLSocket connect(TlsListener listener, String version) throws IOException {
        InetSocketAddress address = (InetSocketAddress) listener.localAddress();
        SSLSocket socket = (SSLSocket) CONTEXT.getSocketFactory().createSocket(address.getAddress(), address.getPort());
        socket.setEnabledProtocols(new String[] {version});
        return socket;
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void the_jdk_s_client_talks_to_our_server(String version) throws Exception {
        byte[] bytes = random(300_000);
        try (TlsListener listener = listen(OPTIONS);
                SSLSocket socket = connect(listener, version)) {
            JoinHandle<Long> echo = echoOnce(listener);
            FutureTask<Void> writing = background(() -> write(socket.getOutputStream(), bytes));
            assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
            writing.get();
            socket.shutdownOutput(); // in TLS 1.3 a half-close, in 1.2 the end of both directions
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(echo.join()).isPositive();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void our_client_talks_to_the_jdk_s_server(String version) throws Exception {
        byte[] bytes = random(300_000);
        try (SSLServerSocket listening = (SSLServerSocket)
                CONTEXT.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            FutureTask<Void> echo = background(() -> {
                try (Socket socket = listening.accept()) {
                    socket.getOutputStream().write(socket.getInputStream().readNBytes(bytes.length));
                    assertThat(socket.getInputStream().read()).isEqualTo(-1);
                }
            });
            TlsNetwork network = TlsNetwork.of(new TcpNetwork(TcpOptions.DEFAULT), OPTIONS.withVersions(version));
            TlsStream stream = runtime.spawn(network.connect(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), listening.getLocalPort())))
                    .join();
            Source<ByteBuffer> reader = stream.reader();
            Sink<ByteBuffer> writer = stream.writer();
            runtime.spawn(Talk.send(writer, bytes.clone())).join();
            assertThat(runtime.spawn(Talk.some(reader, bytes.length)).join()).isEqualTo(bytes);
            runtime.spawn(Talk.finish(writer)).join();
            assertThat(runtime.spawn(Talk.all(reader)).join()).isEmpty();
            echo.get();
            stream.close();
        }
    }

    @Test
    void keys_that_the_peer_updates_are_followed_and_answered() throws Exception {
        byte[] bytes = random(10_000);
        try (TlsListener listener = listen(OPTIONS);
                SSLSocket socket = connect(listener, "TLSv1.3")) {
            JoinHandle<Long> echo = echoOnce(listener);
            for (int i = 0; i < 5; i++) {
                socket.getOutputStream().write(bytes);
                assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
                socket.startHandshake(); // in TLS 1.3, once there are keys: an update of them
            }
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(echo.join()).isPositive();
        }
    }

    @Test
    void who_wants_to_renegotiate_is_refused() throws Exception {
        try (TlsListener listener = listen(OPTIONS);
                SSLSocket socket = connect(listener, "TLSv1.2")) {
            JoinHandle<Long> echo = echoOnce(listener);
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(echo::join)
                    .hasCauseInstanceOf(SSLException.class)
                    .hasMessageContaining("renegotiate");
        }
    }

    @Test
    void a_client_that_goes_away_without_a_word_is_no_end() throws Exception {
        try (TlsListener listener = listen(OPTIONS)) {
            InetSocketAddress address = (InetSocketAddress) listener.localAddress();
            Socket below = new Socket(address.getAddress(), address.getPort());
            SSLSocket socket = (SSLSocket) CONTEXT.getSocketFactory().createSocket(below, "localhost", 1, false);
            JoinHandle<Long> echo = echoOnce(listener);
            socket.getOutputStream().write(1);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            below.close();
            assertThatThrownBy(echo::join).hasCauseInstanceOf(IOException.class);
        }
    }

    // ---- one program, each kind of stream ----

    private static <S extends ByteStream> byte[] sendAndEcho(Network<S> network, SocketAddress address, byte[] bytes)
            throws IOException {
        try (var listener = network.listen(address)) {
            var unused = runtime.spawn((Context cx) -> {
                        S stream = listener.poll(cx);
                        return stream == null ? Poll.<S>pending() : Poll.ready(stream);
                    })
                    .toCompletionStage()
                    .thenAccept(stream -> runtime.spawn(stream.writer().drain(stream.reader())));
            S stream = runtime.spawn(network.connect(listener.localAddress())).join();
            runtime.spawn(stream.writer().drain(Talk.pieces(bytes, 10_000)));
            byte[] back = runtime.spawn(Talk.all(stream.reader())).join();
            stream.close();
            return back;
        }
    }

    @Test
    void the_same_program_runs_on_tcp_and_on_paths(@TempDir Path directory) throws Exception {
        byte[] bytes = random(200_000);
        assertThat(sendAndEcho(
                        TlsNetwork.of(new TcpNetwork(TcpOptions.DEFAULT), OPTIONS.withServerName("localhost")),
                        ANY_PORT,
                        bytes))
                .isEqualTo(bytes);
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(directory.resolve("socket"));
        assertThat(sendAndEcho(TlsNetwork.of(new UnixNetwork(), OPTIONS.withServerName("localhost")), path, bytes))
                .isEqualTo(bytes);
        assertThatThrownBy(() -> sendAndEcho(TlsNetwork.of(new UnixNetwork(), OPTIONS), path, bytes))
                .hasCauseInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverName");
    }

    private interface Action {
        void run() throws Exception;
    }

    private static FutureTask<Void> background(Action action) {
        FutureTask<Void> task = new FutureTask<>(() -> {
            action.run();
            return null;
        });
        Thread thread = new Thread(task, "peer");
        thread.setDaemon(true);
        thread.start();
        return task;
    }

    private static void write(OutputStream out, byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }
}
