package dev.weir.io.tls;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.Copy;
import dev.weir.io.Duplex;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.SinkLaws;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both sides are ours, over a pair in memory. */
class TlsStreamTest {
    private static final SSLContext CONTEXT = Certificates.SHARED.localhost();
    private static final TlsOptions OPTIONS = TlsOptions.of(CONTEXT);
    private static TaskRuntime runtime;

    @BeforeAll
    static void start() {
        runtime = TaskRuntime.builder().workers(2).build();
    }

    @AfterAll
    static void stop() {
        runtime.close();
    }

    /** Two sides that have not shaken hands. */
    private record Pair(TlsStream client, TlsStream server, Duplex below) {
        static Pair of(TlsOptions client, TlsOptions server) {
            return over(Duplex.create(), client, server);
        }

        static Pair over(Duplex below, TlsOptions client, TlsOptions server) {
            return new Pair(
                    TlsStream.client(below.left(), "localhost", 443, client),
                    TlsStream.server(below.right(), server),
                    below);
        }

        Pair shaken() {
            JoinHandle<?> theirs = runtime.spawn(server.handshake());
            runtime.spawn(client.handshake()).join();
            theirs.join();
            return this;
        }
    }

    private static TlsOptions only(String version) {
        return OPTIONS.withVersions(version);
    }

    @ParameterizedTest
    @CsvSource({
        "TLSv1.3, 65536, 10000",
        "TLSv1.3, 1, 100",
        "TLSv1.3, 7, 1000",
        "TLSv1.3, 1000, 65536",
        "TLSv1.2, 65536, 10000",
        "TLSv1.2, 7, 1000"
    })
    void an_echo_loses_no_byte_whatever_the_stream_below_cuts(String version, int capacity, int piece) {
        byte[] bytes = new byte[capacity < 10 ? 50_000 : 1_000_000];
        new Random(1).nextBytes(bytes);
        Pair pair = Pair.over(Duplex.create(capacity), only(version), only(version));
        SourceLaws<ByteBuffer> theirReader = SourceLaws.check(pair.server().reader());
        SinkLaws<ByteBuffer> theirWriter = SinkLaws.check(pair.server().writer());
        SourceLaws<ByteBuffer> reader = SourceLaws.check(pair.client().reader());
        Sink<ByteBuffer> writer = pair.client().writer();
        JoinHandle<Long> echo = runtime.spawn(Copy.of(theirReader, theirWriter));
        JoinHandle<Long> sent = runtime.spawn(Talk.unfinished(Talk.pieces(bytes, piece), writer));
        byte[] back = runtime.spawn(Talk.some(reader, bytes.length)).join();
        assertThat(Arrays.equals(back, bytes)).isTrue();
        assertThat(sent.join()).isEqualTo(bytes.length);
        runtime.spawn(Talk.finish(writer)).join();
        assertThat(runtime.spawn(Talk.all(reader)).join()).isEmpty();
        assertThat(echo.join()).isEqualTo(bytes.length);
        assertThat(pair.client().session().getProtocol()).isEqualTo(version);
        reader.close();
        writer.close();
        theirReader.assertClosed();
        theirWriter.assertClosed();
        reader.assertClosed();
    }

    @Test
    void a_close_is_known_without_a_poll_but_not_after_one_that_said_not_now() {
        for (boolean asked : new boolean[] {false, true}) {
            Pair pair = Pair.of(OPTIONS, OPTIONS);
            Source<ByteBuffer> reader = pair.client().reader();
            if (asked) {
                Pollable<Boolean> once = cx -> Poll.ready(reader.poll(cx) == null && !reader.isDone());
                assertThat(runtime.spawn(once).join()).isTrue();
            }
            pair.client().close();
            assertThat(reader.isDone()).as("asked: %s", asked).isEqualTo(!asked);
            assertThatThrownBy(() -> runtime.spawn(Talk.all(reader)).join())
                    .hasStackTraceContaining("the connection was closed");
            assertThat(reader.isDone()).isTrue();
            reader.close();
        }
    }

    @Test
    void in_tls_1_3_a_direction_that_has_ended_leaves_the_other_alone() {
        Pair pair = Pair.of(OPTIONS, OPTIONS);
        Source<ByteBuffer> reader = pair.client().reader();
        Sink<ByteBuffer> writer = pair.client().writer();
        Source<ByteBuffer> theirReader = pair.server().reader();
        Sink<ByteBuffer> theirWriter = pair.server().writer();
        JoinHandle<byte[]> heard = runtime.spawn(Talk.all(theirReader));
        runtime.spawn(Talk.send(writer, "question".getBytes(US_ASCII))).join();
        runtime.spawn(Talk.finish(writer)).join();
        assertThat(heard.join()).asString(US_ASCII).isEqualTo("question");
        for (int i = 0; i < 10; i++) {
            runtime.spawn(Talk.send(theirWriter, "answer".getBytes(US_ASCII))).join();
            assertThat(runtime.spawn(Talk.some(reader, 6)).join())
                    .asString(US_ASCII)
                    .isEqualTo("answer");
        }
        runtime.spawn(Talk.finish(theirWriter)).join();
        assertThat(runtime.spawn(Talk.all(reader)).join()).isEmpty();
    }

    @Test
    void in_tls_1_2_the_peer_s_end_is_ours_and_bytes_in_hand_are_not_lost_silently() {
        Pair pair = Pair.of(only("TLSv1.2"), OPTIONS).shaken();
        runtime.spawn(Talk.finish(pair.client().writer())).join();
        assertThat(runtime.spawn(Talk.all(pair.server().reader())).join()).isEmpty();
        Sink<ByteBuffer> theirs = pair.server().writer();
        assertThatThrownBy(() -> runtime.spawn(Talk.send(theirs, "late".getBytes(US_ASCII)))
                        .join())
                .hasRootCauseInstanceOf(SSLException.class)
                .hasMessageContaining("4 bytes are unsent");
    }

    @Test
    void in_tls_1_2_a_side_that_has_nothing_to_say_ends_with_its_peer() {
        Pair pair = Pair.of(only("TLSv1.2"), OPTIONS).shaken();
        runtime.spawn(Talk.finish(pair.client().writer())).join();
        assertThat(runtime.spawn(Talk.all(pair.server().reader())).join()).isEmpty();
        runtime.spawn(Talk.finish(pair.server().writer())).join();
        assertThat(runtime.spawn(Talk.all(pair.client().reader())).join()).isEmpty();
    }

    @Test
    void a_writer_that_is_closed_with_nothing_in_hand_ends_in_order() {
        Pair pair = Pair.of(OPTIONS, OPTIONS).shaken();
        Sink<ByteBuffer> writer = pair.client().writer();
        runtime.spawn(closing(writer)).join();
        assertThat(runtime.spawn(Talk.all(pair.server().reader())).join()).isEmpty();
    }

    @Test
    void a_writer_that_is_closed_before_the_handshake_ends_when_the_reader_has_made_it() {
        Pair pair = Pair.of(OPTIONS, OPTIONS);
        pair.client().writer().close();
        JoinHandle<byte[]> heard = runtime.spawn(Talk.all(pair.client().reader()));
        assertThat(runtime.spawn(Talk.all(pair.server().reader())).join()).isEmpty();
        Sink<ByteBuffer> theirs = pair.server().writer();
        runtime.spawn(Talk.send(theirs, "hello".getBytes(US_ASCII))).join();
        runtime.spawn(Talk.finish(theirs)).join();
        assertThat(heard.join()).asString(US_ASCII).isEqualTo("hello");
    }

    @Test
    void a_writer_that_is_closed_with_bytes_in_hand_is_no_end() {
        Pair pair = Pair.of(OPTIONS, OPTIONS).shaken();
        Sink<ByteBuffer> writer = pair.client().writer();
        runtime.spawn(cx -> {
                    writer.pollReady(cx);
                    writer.send(ByteBuffer.allocate(5));
                    writer.close();
                    return Poll.done();
                })
                .join();
        assertThatThrownBy(() -> runtime.spawn(Talk.all(pair.server().reader())).join())
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void a_writer_that_is_closed_on_a_thread_without_a_task_ends_while_its_reader_waits() throws Exception {
        Pair pair = Pair.of(OPTIONS, OPTIONS).shaken();
        Source<ByteBuffer> reader = pair.client().reader();
        Sink<ByteBuffer> writer = pair.client().writer();
        Source<ByteBuffer> theirs = pair.server().reader();
        runtime.spawn(Talk.send(writer, (byte) 1)).join();
        runtime.spawn(Talk.some(theirs, 1)).join(); // so the server has sent its tickets, which the client reads now
        runtime.spawn(Talk.send(pair.server().writer(), (byte) 1)).join();
        runtime.spawn(Talk.some(reader, 1)).join();
        CountDownLatch waiting = new CountDownLatch(1);
        Pollable<byte[]> all = Talk.all(reader);
        runtime.spawn(cx -> {
            Poll<byte[]> answer = all.poll(cx);
            waiting.countDown();
            return answer;
        });
        waiting.await();

        writer.close();
        assertThat(runtime.spawn(Talk.all(theirs)).join(Duration.ofSeconds(30))).isEmpty();
    }

    @Test
    void a_writer_ends_in_order_also_when_the_task_that_closes_it_has_used_up_its_budget() throws Exception {
        Pair pair = Pair.of(OPTIONS, OPTIONS).shaken();
        Sink<ByteBuffer> writer = pair.client().writer();
        runtime.spawn(cx -> {
                    while (cx.charge()) {}
                    writer.close();
                    return Poll.done();
                })
                .join();
        assertThat(runtime.spawn(Talk.all(pair.server().reader())).join(Duration.ofSeconds(30)))
                .isEmpty();
    }

    private static Pollable<@Nullable Void> closing(Sink<ByteBuffer> sink) {
        return cx -> {
            sink.close();
            return Poll.done();
        };
    }

    @Test
    void a_stream_that_is_closed_fails_its_halves_and_is_no_end_for_the_peer() {
        Pair pair = Pair.of(OPTIONS, OPTIONS).shaken();
        Source<ByteBuffer> reader = pair.client().reader();
        Sink<ByteBuffer> writer = pair.client().writer();
        JoinHandle<byte[]> waiting = runtime.spawn(Talk.all(reader));
        pair.client().close();
        pair.client().close();
        assertThatThrownBy(waiting::join).hasMessageContaining("the connection was closed");
        assertThatThrownBy(() -> runtime.spawn(Talk.send(writer, (byte) 1)).join())
                .hasMessageContaining("the connection was closed");
        assertThatThrownBy(() -> runtime.spawn(Talk.all(pair.server().reader())).join())
                .hasRootCauseInstanceOf(IOException.class);
    }

    @Test
    void the_side_that_reads_no_more_fails_the_writer_of_the_other() {
        Pair pair = Pair.of(OPTIONS, OPTIONS).shaken();
        pair.client().reader().close();
        Sink<ByteBuffer> theirs = pair.server().writer();
        assertThatThrownBy(() ->
                        runtime.spawn(Talk.send(theirs, new byte[200_000])).join())
                .hasRootCauseInstanceOf(IOException.class);
    }

    // ---- what is agreed on ----

    @Test
    void the_most_wanted_protocol_of_the_server_is_agreed_on() {
        Pair pair = Pair.of(
                        OPTIONS.withApplicationProtocols("http/1.1", "h2"),
                        OPTIONS.withApplicationProtocols("h2", "http/1.1"))
                .shaken();
        assertThat(pair.client().applicationProtocol()).isEqualTo("h2");
        assertThat(pair.server().applicationProtocol()).isEqualTo("h2");
        Pair silent = Pair.of(OPTIONS, OPTIONS.withApplicationProtocols("h2")).shaken();
        assertThat(silent.client().applicationProtocol()).isNull();
    }

    @Test
    void without_a_protocol_in_common_both_sides_fail() {
        Pair pair = Pair.of(OPTIONS.withApplicationProtocols("h3"), OPTIONS.withApplicationProtocols("h2"));
        assertHandshakesFail(pair);
    }

    @Test
    void without_a_version_in_common_both_sides_fail() {
        assertHandshakesFail(Pair.of(only("TLSv1.3"), only("TLSv1.2")));
    }

    private static void assertHandshakesFail(Pair pair) {
        JoinHandle<?> theirs = runtime.spawn(pair.server().handshake());
        assertThatThrownBy(() -> runtime.spawn(pair.client().handshake()).join())
                .hasCauseInstanceOf(SSLException.class);
        assertThatThrownBy(theirs::join).hasCauseInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_server_proves_itself_as_whom_the_client_asks_for(String version) throws Exception {
        SSLContext other = Certificates.SHARED.context(Certificates.SHARED.issue("other", "other.test"));
        TlsOptions server = only(version).withContexts(name -> name.equals("other.test") ? other : null);
        Pair asked = Pair.of(only(version).withServerName("OTHER.test"), server).shaken();
        assertThat(asked.client().session().getPeerPrincipal()).hasToString("CN=other");
        assertThat(asked.server().serverName()).isEqualToIgnoringCase("other.test");
        Pair unknown =
                Pair.of(only(version).withServerName("localhost"), server).shaken();
        assertThat(unknown.client().session().getPeerPrincipal()).hasToString("CN=localhost");
    }

    @Test
    void a_chooser_that_throws_fails_the_handshake() {
        Pair pair = Pair.of(OPTIONS, OPTIONS.withContexts(name -> {
            throw new IllegalStateException("no context for " + name);
        }));
        JoinHandle<?> theirs = runtime.spawn(pair.server().handshake());
        runtime.spawn(pair.client().handshake());
        assertThatThrownBy(theirs::join).hasRootCauseMessage("no context for localhost");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, Budget.DEFAULT})
    void a_server_that_is_somebody_else_is_refused_and_learns_it(int budget) {
        Pair pair = Pair.of(OPTIONS.withServerName("elsewhere.test"), OPTIONS);
        try (TaskRuntime tight = TaskRuntime.builder().workers(1).budget(budget).build()) {
            JoinHandle<?> theirs = runtime.spawn(Talk.all(pair.server().reader()));
            assertThatThrownBy(() -> tight.spawn(pair.client().handshake()).join())
                    .hasMessageContaining("elsewhere.test");
            assertThatThrownBy(() -> theirs.join(Duration.ofSeconds(30)))
                    .hasRootCauseInstanceOf(SSLException.class)
                    .hasMessageContaining("certificate_unknown");
        }
    }

    @Test
    void a_server_that_is_somebody_else_is_accepted_if_hosts_are_not_checked() {
        Pair unchecked = Pair.of(OPTIONS.withServerName("elsewhere.test").withHostChecked(false), OPTIONS);
        assertThat(unchecked.shaken().client().session().isValid()).isTrue();
    }

    @Test
    void an_authority_that_nobody_knows_is_refused() {
        SSLContext strange = new Certificates("nobody").localhost();
        assertHandshakesFail(Pair.of(OPTIONS, OPTIONS.withContext(strange)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void clients_are_asked_for_a_certificate_as_the_options_say(String version) throws Exception {
        TlsOptions known =
                only(version).withContext(Certificates.SHARED.context(Certificates.SHARED.issue("a client")));
        TlsOptions unknown = only(version).withContext(Certificates.SHARED.context(null));
        Pair required = Pair.of(known, only(version).withClientAuth(ClientAuth.REQUIRED))
                .shaken();
        assertThat(required.server().session().getPeerPrincipal()).hasToString("CN=a client");
        Pair wanted = Pair.of(unknown, only(version).withClientAuth(ClientAuth.WANTED))
                .shaken();
        assertThatThrownBy(() -> wanted.server().session().getPeerPrincipal())
                .isInstanceOf(SSLPeerUnverifiedException.class);
        Pair refused = Pair.of(unknown, only(version).withClientAuth(ClientAuth.REQUIRED));
        JoinHandle<?> theirs = runtime.spawn(refused.server().handshake());
        assertThatThrownBy(
                        () -> runtime.spawn(Talk.all(refused.client().reader())).join())
                .hasRootCauseInstanceOf(SSLException.class);
        assertThatThrownBy(theirs::join).hasRootCauseInstanceOf(SSLException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void a_second_connection_resumes_the_session_of_the_first(String version) {
        SSLContext context = Certificates.SHARED.localhost();
        long first = bytesOfServer(context, version);
        long second = bytesOfServer(context, version);
        assertThat(second).as("no certificate is sent again").isLessThan(first - 300);
    }

    private static long bytesOfServer(SSLContext context, String version) {
        TlsOptions options = TlsOptions.of(context).withVersions(version);
        Wire wire = Wire.sound(runtime);
        TlsStream client = TlsStream.client(wire.near(), "localhost", 7, options);
        TlsStream server = TlsStream.server(wire.far(), options);
        JoinHandle<?> heard = runtime.spawn(Talk.all(server.reader()));
        runtime.spawn(Talk.finish(client.writer())).join();
        heard.join();
        runtime.spawn(Talk.finish(server.writer())).join();
        runtime.spawn(Talk.all(client.reader())).join(); // the ticket comes before the end
        return wire.back();
    }

    // ---- what is no TLS ----

    @Test
    void what_is_no_tls_is_refused_at_its_first_bytes() {
        Duplex below = Duplex.create();
        TlsStream server = TlsStream.server(below.right(), OPTIONS);
        runtime.spawn(Talk.send(below.left().writer(), "GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII)))
                .join();
        assertThatThrownBy(() -> runtime.spawn(server.handshake()).join()).hasMessageContaining("no TLS record");
    }

    @Test
    void a_record_that_is_too_long_is_refused_before_it_is_read() {
        Duplex below = Duplex.create();
        TlsStream server = TlsStream.server(below.right(), OPTIONS);
        runtime.spawn(Talk.send(below.left().writer(), (byte) 22, (byte) 3, (byte) 3, (byte) 0xff, (byte) 0xff))
                .join();
        assertThatThrownBy(() -> runtime.spawn(server.handshake()).join())
                .hasMessageContaining("65540 bytes is longer");
    }

    @Test
    void a_client_without_a_host_to_check_is_refused() {
        assertThatThrownBy(() -> TlsStream.client(Duplex.create().left(), null, -1, OPTIONS))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("serverName");
        assertThatThrownBy(() -> OPTIONS.withVersions("TLSv1.1")).hasMessageContaining("versions");
        assertThatThrownBy(() -> OPTIONS.withHandshakeTimeout(Duration.ZERO)).hasMessageContaining("handshakeTimeout");
    }

    @Test
    void halves_are_taken_once_and_a_session_is_known_after_the_handshake() {
        Pair pair = Pair.of(OPTIONS, OPTIONS);
        assertThatThrownBy(pair.client()::session).hasMessageContaining("not over");
        pair.client().reader();
        pair.client().writer();
        assertThatThrownBy(pair.client()::reader).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(pair.client()::writer).isInstanceOf(IllegalStateException.class);
    }
}
