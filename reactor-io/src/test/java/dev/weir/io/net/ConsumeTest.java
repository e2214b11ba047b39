package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.io.ByteBudget;
import dev.weir.io.Consume;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Out of the buffer that all connections of a worker share: every byte is the connection's own. */
class ConsumeTest {
    private static final int CHUNK = 1000;

    /** Counts from a number on. */
    private static byte[] count(int from, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (from + i);
        }
        return bytes;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, CHUNK, 64 * 1024, 100_000})
    void each_connection_gets_its_own_bytes_in_order(int chunk) throws Exception {
        int connections = 5;
        int length = chunk == 1 ? 2_000 : 300_000;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime)) {
            List<Socket> peers = new ArrayList<>();
            List<JoinHandle<Long>> consumed = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                peers.add(server.connect());
                int[] next = {i * 50};
                consumed.add(runtime.spawn(Consume.of(server.accept().reader(chunk), bytes -> {
                    assertThat(bytes.isDirect()).as("not copied").isTrue();
                    assertThat(bytes.remaining()).isBetween(1, chunk);
                    while (bytes.hasRemaining()) {
                        if (bytes.get() != (byte) next[0]++) {
                            throw new AssertionError("byte " + next[0] + " is another's");
                        }
                    }
                })));
            }
            for (int sent = 0; sent < length; sent += 1000) {
                for (int i = 0; i < connections; i++) {
                    peers.get(i).getOutputStream().write(count(i * 50 + sent, 1000));
                }
            }
            for (Socket peer : peers) {
                peer.shutdownOutput();
            }
            for (JoinHandle<Long> each : consumed) {
                assertThat(each.join()).isEqualTo(length);
            }
            for (Socket peer : peers) {
                peer.close();
            }
        }
    }

    /** The other thread that goes on with the worker meanwhile reads into another buffer. */
    @Test
    void an_action_that_blocks_in_place_keeps_its_chunk() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime);
                Socket blocked = server.connect();
                TcpStream blockedStream = server.accept();
                Socket other = server.connect();
                TcpStream otherStream = server.accept()) {
            CountDownLatch inAction = new CountDownLatch(1);
            CountDownLatch otherRead = new CountDownLatch(1);
            JoinHandle<Long> first = runtime.spawn(Consume.of(blockedStream.reader(), bytes -> {
                try {
                    TaskRuntime.blockInPlace(() -> {
                        inAction.countDown();
                        otherRead.await();
                        return true;
                    });
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
                byte[] read = new byte[bytes.remaining()];
                bytes.get(read);
                assertThat(read).isEqualTo(count(0, CHUNK));
            }));
            JoinHandle<Long> second = runtime.spawn(Consume.of(otherStream.reader(), bytes -> otherRead.countDown()));
            blocked.getOutputStream().write(count(0, CHUNK));
            inAction.await();
            other.getOutputStream().write(count(100, CHUNK));
            blocked.shutdownOutput();
            other.shutdownOutput();
            assertThat(first.join()).isEqualTo(CHUNK);
            assertThat(second.join()).isEqualTo(CHUNK);
        }
    }

    @Test
    void a_chunk_counts_while_the_action_has_it_and_nothing_does_while_the_peer_is_waited_for() throws Exception {
        ByteBudget budget = ByteBudget.of(CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget));
                Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            List<Long> used = new ArrayList<>();
            Consume consume = Consume.of(stream.reader(CHUNK), bytes -> used.add(budget.used() - bytes.remaining()));
            JoinHandle<Long> all = runtime.spawn(consume);
            peer.getOutputStream().write(count(0, 10));
            await().until(() -> consume.bytes() == 10 && budget.used() == 0);
            peer.shutdownOutput();
            assertThat(all.join()).isEqualTo(10);
            assertThat(used).containsOnly(0L);
        }
    }

    @Test
    void an_action_that_throws_closes_the_connection_and_holds_nothing() throws Exception {
        ByteBudget budget = ByteBudget.of(CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget));
                Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            JoinHandle<Long> all = runtime.spawn(Consume.of(stream.reader(CHUNK), bytes -> {
                throw new IllegalStateException("planned");
            }));
            peer.getOutputStream().write(count(0, 10));
            assertThat(catchThrowable(all::join)).hasRootCauseMessage("planned");
            assertThat(peer.getInputStream().read()).isEqualTo(-1);
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void bytes_that_were_peeked_at_come_first() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime);
                Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(1);
            peer.getOutputStream().write(count(0, 3));
            peer.shutdownOutput();
            byte peeked = runtime.blockOn(cx -> {
                ByteBuffer next = reader.peek(cx);
                return next == null ? Poll.pending() : Poll.ready(next.get());
            });
            List<Byte> consumed = new ArrayList<>();
            assertThat(runtime.blockOn(Consume.of(reader, bytes -> consumed.add(bytes.get()))))
                    .isEqualTo(3);
            assertThat(peeked).isZero();
            assertThat(consumed).containsExactly((byte) 0, (byte) 1, (byte) 2);
        }
    }
}
