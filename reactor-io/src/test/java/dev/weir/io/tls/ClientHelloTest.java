package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.ByteStream;
import dev.weir.io.Duplex;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {
    private static final int HEADER = 5;

    /** The hello of the JDK's own client. */
    private static ByteBuffer hello(String name) throws Exception {
        ByteBuffer record = ByteBuffer.allocate(20_000);
        TlsOptions.of(Certificates.SHARED.localhost()).clientEngine(name, 443).wrap(ByteBuffer.allocate(0), record);
        return record.flip();
    }

    /** The same bytes in records of so many. */
    private static ByteBuffer cut(ByteBuffer record, int piece) {
        ByteBuffer payload = record.duplicate().position(record.position() + HEADER);
        int records = (payload.remaining() + piece - 1) / piece;
        ByteBuffer cut = ByteBuffer.allocate(payload.remaining() + records * HEADER);
        while (payload.hasRemaining()) {
            int n = Math.min(piece, payload.remaining());
            cut.put(record.duplicate().limit(record.position() + 3)).putShort((short) n);
            cut.put(payload.slice().limit(n));
            payload.position(payload.position() + n);
        }
        return cut.flip();
    }

    private static ClientHello of(ByteBuffer records) throws Exception {
        ClientHello hello = new ClientHello();
        while (records.hasRemaining() && !hello.isWhole()) {
            int length = HEADER + records.getShort(records.position() + 3);
            hello.add(records.slice().limit(length));
            records.position(records.position() + length);
        }
        return hello;
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 4, 5, 43, 100, 16_000})
    void the_name_is_found_however_the_hello_is_cut(int piece) throws Exception {
        ClientHello hello = of(cut(hello("some.test"), piece));
        assertThat(hello.isWhole()).isTrue();
        assertThat(hello.serverName()).isEqualTo("some.test");
        assertThat(hello.records()).isNotEmpty();
    }

    @Test
    void a_hello_that_has_not_come_whole_waits_for_the_rest() throws Exception {
        ByteBuffer records = cut(hello("some.test"), 100);
        ClientHello hello = of(records.limit(records.limit() - HEADER - (records.limit() - HEADER) % (100 + HEADER)));
        assertThat(hello.isWhole()).isFalse();
    }

    @Test
    void what_is_no_hello_is_left_to_the_engine() throws Exception {
        ClientHello alert = of(ByteBuffer.wrap(new byte[] {21, 3, 3, 0, 2, 1, 0}));
        assertThat(alert.isWhole()).isTrue();
        assertThat(alert.serverName()).isNull();
        ClientHello other = of(ByteBuffer.wrap(new byte[] {22, 3, 3, 0, 1, 2}));
        assertThat(other.isWhole()).isTrue();
        assertThat(other.serverName()).isNull();
    }

    @Test
    void a_hello_that_is_too_long_or_in_too_many_records_is_refused() {
        byte[] tooLong = {22, 3, 3, 0, 4, 1, 0, (byte) 0x80, 1};
        assertThatThrownBy(() -> of(ByteBuffer.wrap(tooLong)))
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("32769");
        ClientHello empty = new ClientHello();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < ClientHello.MOST_RECORDS; i++) {
                        empty.add(ByteBuffer.wrap(new byte[] {22, 3, 3, 0, 0}));
                    }
                })
                .isInstanceOf(SSLHandshakeException.class)
                .hasMessageContaining("256 records");
    }

    @ParameterizedTest
    @CsvSource({"TLSv1.3, 3", "TLSv1.3, 100", "TLSv1.2, 3", "TLSv1.2, 100"})
    void a_server_proves_itself_as_whom_a_cut_hello_asks_for(String version, int piece) throws Exception {
        SSLContext other = Certificates.SHARED.context(Certificates.SHARED.issue("other", "other.test"));
        TlsOptions options = TlsOptions.of(Certificates.SHARED.localhost()).withVersions(version);
        Duplex below = Duplex.create();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            TlsStream client =
                    TlsStream.client(new Cutting(below.left(), piece), null, -1, options.withServerName("other.test"));
            TlsStream server = TlsStream.server(
                    below.right(), options.withContexts(name -> name.equals("other.test") ? other : null));
            JoinHandle<?> theirs = runtime.spawn(server.handshake());
            runtime.spawn(client.handshake()).join();
            theirs.join();
            assertThat(client.session().getPeerPrincipal()).hasToString("CN=other");
            assertThat(List.of(server.serverName())).containsExactly("other.test");
        }
    }

    /** A stream whose writer cuts the first record that it is given. */
    private record Cutting(ByteStream stream, int piece) implements ByteStream {
        @Override
        public Source<ByteBuffer> reader() {
            return stream.reader();
        }

        @Override
        public Sink<ByteBuffer> writer() {
            Sink<ByteBuffer> writer = stream.writer();
            return new Sink<>() {
                private boolean later;

                @Override
                public boolean pollReady(Context cx) throws Exception {
                    return writer.pollReady(cx);
                }

                @Override
                public void send(ByteBuffer item) throws Exception {
                    writer.send(later ? item : cut(item, piece));
                    later = true;
                }

                @Override
                public boolean pollFlush(Context cx) throws Exception {
                    return writer.pollFlush(cx);
                }

                @Override
                public boolean pollFinish(Context cx) throws Exception {
                    return writer.pollFinish(cx);
                }

                @Override
                public void close() {
                    writer.close();
                }
            };
        }

        @Override
        public void close() {
            stream.close();
        }
    }
}
