package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** From a connection into a connection: nothing lost, and nothing held but one chunk. */
class CopyTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @ParameterizedTest
    @ValueSource(ints = {1, 1000, 64 * 1024, 100_000})
    void aPeerThatDoesNotReadIsNotReadFromAndGetsEverythingLater(int chunk) throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime);
                SocketChannel peer = connect(server)) {
            TcpStream accepted = server.accept();
            SocketReader reader = accepted.reader(chunk);
            SocketWriter writer = accepted.writer();
            JoinHandle<Long> copy = runtime.spawn(writer.drain(reader));

            long sent = sendUntilBlocked(peer, chunk == 1 ? 20_000 : Long.MAX_VALUE);
            await().atMost(PATIENCE)
                    .during(Duration.ofMillis(500))
                    .untilAsserted(
                            () -> assertThat(reader.bytes() - writer.bytes()).isBetween(0L, (long) chunk));

            peer.configureBlocking(true);
            peer.shutdownOutput();
            ByteBuffer received = ByteBuffer.allocate(64 * 1024);
            long expected = 0;
            while (peer.read(received.clear()) >= 0) {
                for (received.flip(); received.hasRemaining(); expected++) {
                    assertThat(received.get()).isEqualTo((byte) expected);
                }
            }
            assertThat(expected).isEqualTo(sent);
            assertThat(copy.join()).isEqualTo(reader.reads());
        }
    }

    @Test
    void aPeerThatIsResetWhileTheKernelTakesNoMoreFailsTheCopy() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime)) {
            SocketChannel peer = connect(server);
            TcpStream accepted = server.accept();
            JoinHandle<Long> copy = runtime.spawn(accepted.writer().drain(accepted.reader()));
            sendUntilBlocked(peer, Long.MAX_VALUE);
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
            assertThat(catchThrowable(copy::join))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    @Test
    void what_was_sent_and_not_flushed_goes_before_what_is_drained() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime);
                SocketChannel peer = connect(server)) {
            peer.configureBlocking(true);
            TcpStream accepted = server.accept();
            SocketReader reader = accepted.reader(3);
            SocketWriter writer = accepted.writer();
            runtime.blockOn(cx -> {
                if (!writer.pollReady(cx)) {
                    return Poll.pending();
                }
                writer.send(ByteBuffer.wrap("first ".getBytes(StandardCharsets.US_ASCII)));
                return Poll.done();
            });
            JoinHandle<Long> copy = runtime.spawn(writer.drain(reader));
            peer.write(ByteBuffer.wrap("and then the rest".getBytes(StandardCharsets.US_ASCII)));
            peer.shutdownOutput();
            ByteBuffer received = ByteBuffer.allocate(100);
            while (peer.read(received) >= 0) {}
            assertThat(StandardCharsets.US_ASCII.decode(received.flip()).toString())
                    .isEqualTo("first and then the rest");
            assertThat(copy.join()).isEqualTo(reader.reads());
            assertThat(writer.held()).isZero();
        }
    }

    private static SocketChannel connect(Loopback server) throws IOException {
        InetSocketAddress address = server.listener().localAddress();
        SocketChannel peer = SocketChannel.open(address);
        peer.configureBlocking(false);
        return peer;
    }

    /** Sends a count of bytes, 0, 1, 2 and so on, until the kernel has taken nothing for a while. */
    private static long sendUntilBlocked(SocketChannel peer, long limit) throws IOException {
        long[] sent = {0};
        long[] last = {-1};
        ByteBuffer numbers = ByteBuffer.allocate(64 * 1024);
        await().atMost(PATIENCE)
                .pollDelay(Duration.ZERO)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> {
                    boolean still = sent[0] == last[0];
                    last[0] = sent[0];
                    int taken;
                    do {
                        numbers.clear().limit((int) Math.min(numbers.capacity(), limit - sent[0]));
                        for (int i = 0; i < numbers.limit(); i++) {
                            numbers.put(i, (byte) (sent[0] + i));
                        }
                        taken = peer.write(numbers);
                        sent[0] += taken;
                    } while (taken > 0);
                    return still && sent[0] == last[0];
                });
        return sent[0];
    }
}
