package dev.weir.io.tls;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpNetwork;
import dev.weir.io.net.TcpOptions;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against another implementation, where its command is installed. */
class OpenSslTest {
    private static final String OPENSSL = "openssl";

    private final Certificates.Identity localhost = Certificates.SHARED.issue("localhost", "localhost", "127.0.0.1");
    private final TlsOptions options = TlsOptions.of(Certificates.SHARED.context(localhost));
    private final List<Process> started = new ArrayList<>();
    private TaskRuntime runtime;

    @TempDir
    private Path directory;

    @BeforeEach
    void requireOpenSsl() throws Exception {
        boolean installed;
        try {
            installed = new ProcessBuilder(OPENSSL, "version").start().waitFor() == 0;
        } catch (IOException e) {
            installed = false;
        }
        assumeTrue(installed, "openssl is not installed");
        runtime = TaskRuntime.builder().workers(2).build();
        localhost.writeTo(directory.resolve("key.pem"), directory.resolve("cert.pem"));
        Files.writeString(
                directory.resolve("ca.pem"),
                Certificates.pem("CERTIFICATE", Certificates.SHARED.authority().getEncoded()));
    }

    @AfterEach
    void end() {
        started.forEach(Process::destroyForcibly);
        if (runtime != null) {
            runtime.close();
        }
    }

    /** Starts the command; both of its outputs are one. */
    private Process openssl(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(OPENSSL));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        started.add(process);
        return process;
    }

    private static String until(BufferedReader lines, Predicate<String> wanted) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line; (line = lines.readLine()) != null; ) {
            all.append(line).append('\n');
            if (wanted.test(line)) {
                return line;
            }
        }
        throw new AssertionError("openssl ended after:\n" + all);
    }

    private static void say(Process process, String line) throws IOException {
        process.getOutputStream().write((line + "\n").getBytes(UTF_8));
        process.getOutputStream().flush();
    }

    private JoinHandle<Long> echoOnce(TlsListener listener) {
        Pollable<TlsStream> accept = cx -> {
            TlsStream stream = listener.poll(cx);
            return stream == null ? Poll.pending() : Poll.ready(stream);
        };
        return runtime.spawn(accept.then(stream -> stream.writer().drain(stream.reader())));
    }

    private static TlsListener listen(TlsOptions options) throws IOException {
        return TlsListener.of(TcpListener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)), options);
    }

    private Process connect(TlsListener listener, String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "s_client",
                "-connect",
                "127.0.0.1:" + ((InetSocketAddress) listener.localAddress()).getPort(),
                "-servername",
                "localhost",
                "-CAfile",
                "ca.pem",
                "-verify_return_error"));
        arguments.addAll(List.of(more));
        return openssl(arguments.toArray(String[]::new));
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3, TLSv1.3", "-tls1_2, TLSv1.2"})
    void its_client_talks_to_our_server(String flag, String version) throws Exception {
        try (TlsListener listener = listen(options.withApplicationProtocols("weir"))) {
            JoinHandle<Long> echo = echoOnce(listener);
            Process client = connect(listener, flag, "-alpn", "weir,other");
            BufferedReader out = client.inputReader();
            until(out, line -> line.contains("ALPN protocol: weir"));
            until(out, line -> line.contains("Verify return code: 0 (ok)"));
            say(client, "a line from " + version);
            until(out, line -> line.equals("a line from " + version));
            client.getOutputStream().close(); // it says goodbye
            assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
            assertThat(echo.join()).isPositive();
        }
    }

    @Test
    void its_key_updates_are_followed_and_answered() throws Exception {
        try (TlsListener listener = listen(options)) {
            JoinHandle<Long> echo = echoOnce(listener);
            Process client = connect(listener, "-tls1_3");
            BufferedReader out = client.inputReader();
            for (String command : List.of("k", "K", "K")) {
                say(client, "before " + command);
                until(out, line -> line.equals("before " + command));
                say(client, command);
                until(out, line -> line.contains("KEYUPDATE"));
            }
            say(client, "after");
            until(out, line -> line.equals("after"));
            client.getOutputStream().close();
            assertThat(echo.join()).isPositive();
        }
    }

    @Test
    void its_wish_to_renegotiate_is_refused() throws Exception {
        try (TlsListener listener = listen(options)) {
            JoinHandle<Long> echo = echoOnce(listener);
            Process client = connect(listener, "-tls1_2");
            BufferedReader out = client.inputReader();
            say(client, "before");
            until(out, line -> line.equals("before"));
            say(client, "R");
            assertThatThrownBy(echo::join)
                    .hasCauseInstanceOf(SSLException.class)
                    .hasMessageContaining("renegotiate");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-tls1_3", "-tls1_2"})
    void its_client_resumes_a_session_of_ours(String flag) throws Exception {
        try (TlsListener listener = listen(options)) {
            for (String session : List.of("-sess_out", "-sess_in")) {
                JoinHandle<Long> echo = echoOnce(listener);
                Process client = connect(listener, flag, session, "session.pem");
                BufferedReader out = client.inputReader();
                String wanted = session.equals("-sess_in") ? "Reused, " : "New, ";
                until(out, line -> line.startsWith(wanted));
                say(client, "hello");
                until(out, line -> line.equals("hello"));
                client.getOutputStream().close();
                assertThat(client.waitFor(20, TimeUnit.SECONDS)).isTrue();
                echo.join();
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"-tls1_3, TLSv1.3", "-tls1_2, TLSv1.2"})
    void our_client_talks_to_its_server(String flag, String version) throws Exception {
        Process server = openssl(
                "s_server",
                "-accept",
                "127.0.0.1:0",
                "-cert",
                "cert.pem",
                "-key",
                "key.pem",
                "-rev",
                flag,
                "-alpn",
                "weir");
        String accepting = until(server.inputReader(), line -> line.startsWith("ACCEPT "));
        int port = Integer.parseInt(
                accepting.substring(accepting.lastIndexOf(':') + 1).trim());
        TlsNetwork network =
                TlsNetwork.of(new TcpNetwork(TcpOptions.DEFAULT), options.withApplicationProtocols("weir"));
        TlsStream stream = runtime.spawn(network.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port)))
                .join();
        assertThat(stream.session().getProtocol()).isEqualTo(version);
        assertThat(stream.applicationProtocol()).isEqualTo("weir");
        Source<ByteBuffer> reader = stream.reader();
        Sink<ByteBuffer> writer = stream.writer();
        runtime.spawn(Talk.send(writer, "drawer\n".getBytes(UTF_8))).join();
        assertThat(runtime.spawn(Talk.some(reader, 7)).join()).asString(UTF_8).isEqualTo("reward\n");
        runtime.spawn(Talk.finish(writer)).join();
        assertThat(runtime.spawn(Talk.all(reader)).join()).isEmpty();
        stream.close();
    }
}
