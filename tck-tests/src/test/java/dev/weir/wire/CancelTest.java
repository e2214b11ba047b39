package dev.weir.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.io.IoMetrics;
import dev.weir.io.net.OnCancel;
import dev.weir.io.net.TcpListener;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.time.Timers;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscription;

/** What is left of a stream that was cancelled in the middle: nothing. */
class CancelTest {
    private static final int ROUNDS = 10_000;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @ParameterizedTest
    @EnumSource(OnCancel.class)
    @Timeout(value = 180, unit = TimeUnit.SECONDS)
    void aCancelInMidStreamLeavesNoDescriptorKeyTimerTaskOrSubscriber(OnCancel onCancel) throws Exception {
        List<WeakReference<Witness<ByteBuffer>>> witnesses = new ArrayList<>();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            TcpListener listener =
                    TcpListener.bind(runtime, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            // Each connection is subscribed to as it comes; a timeout puts a timer into each stream.
            JoinHandle<?> server = runtime.spawn(serve(runtime, listener, onCancel, witnesses));
            round(listener.localAddress());
            awaitCancelled(1, witnesses, runtime);
            long descriptors = openDescriptors();

            for (int i = 1; i < ROUNDS; i++) {
                round(listener.localAddress());
            }
            awaitCancelled(ROUNDS, witnesses, runtime);
            await().atMost(PATIENCE).until(() -> openDescriptors() <= descriptors);
            await().atMost(PATIENCE)
                    .until(() -> Objects.requireNonNull(runtime.service(IoMetrics.class))
                                    .keys()
                            <= 1);
            assertThat(Objects.requireNonNull(runtime.service(Timers.class)).size())
                    .isZero();
            server.cancel();
        }
        synchronized (witnesses) {
            await().atMost(PATIENCE).until(() -> {
                System.gc();
                return witnesses.stream().allMatch(witness -> witness.get() == null);
            });
        }
    }

    private static Pollable<Long> serve(
            TaskRuntime runtime,
            TcpListener listener,
            OnCancel onCancel,
            List<WeakReference<Witness<ByteBuffer>>> witnesses) {
        return AsyncStream.from(listener).forEach(socket -> {
            socket.writer().close();
            Witness<ByteBuffer> witness = new Witness<>(s -> s.request(Long.MAX_VALUE), Subscription::cancel);
            AsyncStream.from(socket.reader(1024, onCancel))
                    .timeout(Duration.ofSeconds(30))
                    .on(runtime)
                    .subscribe(witness);
            synchronized (witnesses) { // its task is counted by now
                witnesses.add(new WeakReference<>(witness));
            }
        });
    }

    /** Each of so many connections was taken, though the kernel takes them before the listener does, and is over. */
    private static void awaitCancelled(
            int connections, List<WeakReference<Witness<ByteBuffer>>> witnesses, TaskRuntime runtime) {
        await().atMost(PATIENCE).until(() -> {
            synchronized (witnesses) {
                return witnesses.size() == connections;
            }
        });
        await().atMost(PATIENCE).until(() -> runtime.metrics().liveTasks() == 1);
    }

    /** A client that sends more than is read before the cancel, and leaves by a reset, so that no port stays in use. */
    private static void round(InetSocketAddress address) throws IOException {
        Peer peer = Peer.connect(address, 0);
        try {
            peer.send(new byte[4 * 1024]);
            peer.reset();
        } catch (IOException resetByTheServer) {
            peer.close();
        }
    }

    private static long openDescriptors() throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
            long count = 0;
            for (Path ignored : all) {
                count++;
            }
            return count;
        }
    }
}
