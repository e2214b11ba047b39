package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;

class TlsListenerTest {
    private final AtomicInteger closes = new AtomicInteger();

    /** Accepts at every poll. */
    private final ByteListener<ByteStream> below = new ByteListener<>() {
        @Override
        public ByteStream poll(Context cx) {
            return new Accepted();
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public SocketAddress localAddress() {
            return new InetSocketAddress(0);
        }

        @Override
        public void close() {}
    };

    private final class Accepted implements ByteStream {
        @Override
        public Source<ByteBuffer> reader() {
            throw new AssertionError("nobody reads");
        }

        @Override
        public Sink<ByteBuffer> writer() {
            throw new AssertionError("nobody writes");
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    @Test
    void options_that_make_no_engine_fail_it_and_close_what_was_accepted() throws Exception {
        SSLContext uninitialized = SSLContext.getInstance("TLS");
        try (TlsListener listener = TlsListener.of(below, TlsOptions.of(uninitialized))) {
            assertThatThrownBy(() -> PollProbe.create().poll(listener)).isInstanceOf(IllegalStateException.class);
            assertThat(closes).hasValue(1);
            assertThat(listener.isDone()).isTrue();
        }
    }

    @Test
    void what_was_accepted_is_closed_whatever_fails_behind_it() throws Exception {
        try (TlsListener listener = TlsListener.of(below, TlsOptions.of(Certificates.SHARED.localhost()))) {
            assertThatThrownBy(() -> PollProbe.create().poll(listener)).isInstanceOf(AssertionError.class);
            assertThat(closes).hasValue(1);
        }
    }
}
