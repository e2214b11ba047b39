package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Whatever goes wrong on a connection, a subscriber hears of it once. */
class OneTerminalTest {
    private static final int ROUNDS = 300;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final List<Throwable> undeliverable = new CopyOnWriteArrayList<>();
    private final TaskRuntime runtime =
            TaskRuntime.builder().workers(2).onUndeliverable(undeliverable::add).build();

    @AfterEach
    void close() {
        assertThat(runtime.shutdown(PATIENCE)).isTrue();
    }

    @Test
    void aResetIsOneErrorAndNeverAnEnd() throws Exception {
        try (ServerSocketChannel listener = Peer.listen()) {
            for (int i = 0; i < ROUNDS; i++) {
                TcpStream stream = runtime.blockOn(TcpStream.connect(listener.getLocalAddress()));
                Witness<ByteBuffer> witness = new Witness<>(s -> s.request(Long.MAX_VALUE), s -> {});
                AsyncStream.from(stream.reader(1 + i)).on(runtime).subscribe(witness);
                Peer peer = Peer.accept(listener);
                peer.send(new byte[i]);
                peer.reset();
                assertThat(witness.ended.await(30, TimeUnit.SECONDS)).isTrue();
                stream.close();
                assertThat(witness.failure).isInstanceOf(IOException.class);
                assertOneTerminal(witness);
                assertThat(witness.completions).hasValue(0);
            }
        }
    }

    @Test
    void aRefusedConnectIsOneErrorAfterTheSubscription() throws Exception {
        try (Socket taken = new Socket()) { // bound and not listening, so that nobody else is given the port
            taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < ROUNDS; i++) {
                Witness<ByteBuffer> witness = new Witness<>(s -> s.request(1), s -> {});
                AsyncStream.fromPollable(TcpStream.connect(taken.getLocalSocketAddress()))
                        .concatMap(stream -> AsyncStream.from(stream.reader()))
                        .on(runtime)
                        .subscribe(witness);
                assertThat(witness.ended.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(witness.subscribed.getCount()).isZero();
                assertThat(witness.failure).isInstanceOf(ConnectException.class);
                assertOneTerminal(witness);
            }
        }
    }

    /** Where a subscriber may throw. */
    enum Callback {
        ON_SUBSCRIBE,
        ON_NEXT,
        ON_ERROR,
        ON_COMPLETE
    }

    @ParameterizedTest
    @EnumSource(Callback.class)
    void aCallbackThatThrowsIsACancelAndReportedOnce(Callback thrower) throws Exception {
        try (ServerSocketChannel listener = Peer.listen()) {
            for (int i = 0; i < ROUNDS; i++) {
                undeliverable.clear();
                TcpStream stream = runtime.blockOn(TcpStream.connect(listener.getLocalAddress()));
                Thrower subscriber = new Thrower(thrower);
                AsyncStream.from(stream.reader()).on(runtime).subscribe(subscriber);
                Peer peer = Peer.accept(listener);
                if (thrower == Callback.ON_ERROR) {
                    peer.reset();
                } else {
                    peer.send(new byte[100]);
                    peer.close();
                }
                eventually().until(() -> !undeliverable.isEmpty());
                eventually().until(() -> runtime.metrics().liveTasks() == 0);
                assertThat(undeliverable).singleElement().isSameAs(subscriber.thrown);
                assertThat(subscriber.afterThrow).isZero();
                stream.close();
            }
        }
    }

    @Test
    void aSocketThatIsClosedUnderAStreamIsOneError() throws Exception {
        try (ServerSocketChannel listener = Peer.listen()) {
            for (int i = 0; i < ROUNDS; i++) {
                TcpStream stream = runtime.blockOn(TcpStream.connect(listener.getLocalAddress()));
                Witness<ByteBuffer> witness = new Witness<>(s -> s.request(1), s -> {});
                AsyncStream.from(stream.reader()).on(runtime).subscribe(witness);
                Peer peer = Peer.accept(listener);
                assertThat(witness.subscribed.await(30, TimeUnit.SECONDS)).isTrue();
                stream.close();
                assertThat(witness.ended.await(30, TimeUnit.SECONDS)).isTrue();
                peer.close();
                assertThat(witness.failure).isInstanceOf(IOException.class);
                assertOneTerminal(witness);
            }
        }
    }

    @Test
    void aShutdownOfTheRuntimeIsOneError() throws Exception {
        for (int i = 0; i < 20; i++) {
            try (TaskRuntime own = TaskRuntime.builder().workers(1).build();
                    ServerSocketChannel listener = Peer.listen()) {
                InetSocketAddress address = (InetSocketAddress) listener.getLocalAddress();
                TcpStream stream = own.blockOn(TcpStream.connect(address));
                Witness<ByteBuffer> witness = new Witness<>(s -> s.request(1), s -> {});
                AsyncStream.from(stream.reader()).on(own).subscribe(witness);
                Peer peer = Peer.accept(listener);
                assertThat(own.shutdown(PATIENCE)).isTrue();
                assertThat(witness.ended.await(30, TimeUnit.SECONDS)).isTrue();
                peer.close();
                assertThat(witness.failure).hasMessageContaining("shutdown");
                assertOneTerminal(witness);
            }
        }
    }

    private static ConditionFactory eventually() {
        return await().atMost(PATIENCE).pollDelay(Duration.ZERO).pollInterval(Duration.ofMillis(1));
    }

    private static void assertOneTerminal(Witness<?> witness) {
        assertThat(witness.errors.get() + witness.completions.get()).isEqualTo(1);
    }

    /** Throws from one of its callbacks. Signals are serial, so plain fields do. */
    private static final class Thrower implements Subscriber<ByteBuffer> {
        final RuntimeException thrown = new RuntimeException("from the subscriber");
        private final Callback thrower;
        private boolean hasThrown;
        volatile int afterThrow;

        Thrower(Callback thrower) {
            this.thrower = thrower;
        }

        @SuppressWarnings("NonAtomicVolatileUpdate") // signals are serial
        private void at(Callback callback) {
            if (hasThrown) {
                afterThrow++;
            }
            if (callback == thrower) {
                hasThrown = true;
                throw thrown;
            }
        }

        @Override
        public void onSubscribe(Subscription s) {
            s.request(Long.MAX_VALUE);
            at(Callback.ON_SUBSCRIBE);
        }

        @Override
        public void onNext(ByteBuffer item) {
            at(Callback.ON_NEXT);
        }

        @Override
        public void onError(Throwable failure) {
            at(Callback.ON_ERROR);
        }

        @Override
        public void onComplete() {
            at(Callback.ON_COMPLETE);
        }
    }
}
