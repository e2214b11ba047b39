package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.DataInputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Sockets on runtimes that never rest, and on runtimes that end. */
class RuntimesUnderLoadTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    static Stream<Supplier<TaskRuntime>> runtimes() {
        return Stream.of(
                () -> TaskRuntime.currentThread().build(),
                () -> TaskRuntime.builder().workers(1).build(),
                () -> TaskRuntime.builder().workers(4).build());
    }

    private static <T> Pollable<T> spin(AtomicBoolean over, T result) {
        return cx -> {
            cx.waker().wake();
            return over.get() ? Poll.ready(result) : Poll.pending();
        };
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void an_echo_is_served_beside_a_hundred_tasks_that_always_wake_themselves(Supplier<TaskRuntime> on)
            throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        try (TaskRuntime runtime = on.get()) {
            TcpListener listener =
                    TcpListener.bind(runtime, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            runtime.spawn(new EchoTest.EchoServer(runtime, listener));
            for (int i = 0; i < 100; i++) {
                runtime.spawn(spin(over, 0));
            }
            JoinHandle<String> client = runtime.spawnBlocking(() -> {
                try (Socket socket = new Socket(
                        listener.localAddress().getAddress(),
                        listener.localAddress().getPort())) {
                    byte[] sent = "hello there".getBytes(StandardCharsets.UTF_8);
                    socket.getOutputStream().write(sent);
                    byte[] back = new byte[sent.length];
                    new DataInputStream(socket.getInputStream()).readFully(back);
                    return new String(back, StandardCharsets.UTF_8);
                } finally {
                    over.set(true);
                }
            });
            assertThat(runtime.blockOn(client)).isEqualTo("hello there");
        }
    }

    /** A hundred times: whatever a task is doing with a socket as its runtime ends, its handle resolves. */
    @ParameterizedTest
    @MethodSource("runtimes")
    void nobody_is_left_waiting_for_a_socket_when_a_runtime_ends(Supplier<TaskRuntime> on) throws Exception {
        for (int round = 0; round < 100; round++) {
            TaskRuntime runtime = on.get();
            TcpListener listener =
                    TcpListener.bind(runtime, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            List<JoinHandle<?>> handles = new ArrayList<>();
            handles.add(runtime.spawn(new EchoTest.EchoServer(runtime, listener)));
            CountDownLatch ending = new CountDownLatch(1);
            CompletableFuture<Boolean> ender = CompletableFuture.supplyAsync(
                    () -> {
                        awaitCountDown(ending);
                        return runtime.shutdown(BOUND);
                    },
                    body -> new Thread(body, "ender").start());
            for (int i = 0; i < 5; i++) {
                handles.add(runtime.spawn(new Visit(listener.localAddress(), i == round % 6 ? ending : null)));
            }
            ending.countDown();
            try {
                runtime.blockOn(spin(new AtomicBoolean(round % 2 == 0), 0));
            } catch (CancellationException ended) {
                assertThat(runtime.shutdown(BOUND)).isTrue();
            }
            assertThat(ender).succeedsWithin(BOUND).isEqualTo(true);
            assertThat(handles).allMatch(JoinHandle::isDone);
        }
    }

    private static void awaitCountDown(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Connects and reads; it never ends by itself. */
    private static final class Visit implements Pollable<Void> {
        private final Pollable<TcpStream> connecting;
        private final CountDownLatch begun;
        private TcpStream stream;
        private SocketReader reader;

        Visit(InetSocketAddress address, CountDownLatch begun) {
            connecting = TcpStream.connect(address);
            this.begun = begun;
        }

        @Override
        public Poll<Void> poll(Context cx) throws Exception {
            if (begun != null) {
                begun.countDown();
            }
            if (stream == null) {
                Poll<TcpStream> connected = connecting.poll(cx);
                if (connected.isPending()) {
                    return Poll.pending();
                }
                stream = connected.get();
                reader = stream.reader();
            }
            while (reader.poll(cx) != null) {}
            return Poll.pending();
        }

        @Override
        public void close() {
            connecting.close();
            if (stream != null) {
                stream.close();
            }
        }
    }
}
