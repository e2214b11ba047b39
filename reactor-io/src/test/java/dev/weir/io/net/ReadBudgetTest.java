package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.weir.io.ByteBudget;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.JoinHandle;
import dev.weir.testkit.PollProbe;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What all connections together have read and not consumed is bounded, and everything is given back. */
class ReadBudgetTest {
    private static final int CHUNK = 1000;

    @Test
    void connections_that_keep_their_chunk_keep_others_from_reading_until_they_poll_or_close() throws Exception {
        ByteBudget budget = ByteBudget.of(2 * CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget))) {
            List<Socket> peers = new ArrayList<>();
            List<SocketReader> readers = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                peers.add(server.connect());
                peers.get(i).getOutputStream().write(new byte[CHUNK]);
                readers.add(server.accept().reader(CHUNK));
            }
            for (int i = 0; i < 2; i++) {
                assertThat(runtime.blockOn(Loopback.next(readers.get(i))).remaining())
                        .isEqualTo(CHUNK);
            }
            JoinHandle<ByteBuffer> third = runtime.spawn(Loopback.next(readers.get(2)));
            await().until(() -> budget.waiting() == 1);
            assertThat(budget.used()).isEqualTo(2 * CHUNK);
            assertThat(readers.get(2).reads()).isZero();

            JoinHandle<ByteBuffer> again = runtime.spawn(Loopback.next(readers.get(0))); // so the first is consumed
            assertThat(third.join().remaining()).isEqualTo(CHUNK);
            assertThat(budget.used()).isEqualTo(2 * CHUNK);
            again.cancel();
            assertThat(catchThrowable(again::join)).isNotNull();
            readers.forEach(SocketReader::close);
            assertThat(budget.used()).isZero();
            assertThat(budget.waiting()).isZero();
            for (Socket peer : peers) {
                peer.close();
            }
        }
    }

    /** Who holds the budget never gives it back. */
    @Test
    @SuppressWarnings("try") // closed while it waits
    void a_reader_in_line_is_told_of_a_close_and_gives_up_its_place() throws Exception {
        ByteBudget budget = ByteBudget.of(CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget));
                Socket stalled = server.connect();
                TcpStream holder = server.accept();
                Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader holding = holder.reader(CHUNK);
            stalled.getOutputStream().write(new byte[CHUNK]);
            assertThat(runtime.blockOn(Loopback.next(holding)).hasRemaining()).isTrue();
            JoinHandle<ByteBuffer> reading = runtime.spawn(Loopback.next(stream.reader(CHUNK)));
            await().until(() -> budget.waiting() == 1);

            stream.close();
            assertThat(catchThrowable(() -> reading.join(Duration.ofSeconds(30))))
                    .hasRootCauseMessage("the connection was closed");
            assertThat(budget.waiting()).isZero();
            assertThat(peer.isConnected()).isTrue();
        }
    }

    @Test
    void a_short_chunk_counts_as_long_as_it_is() throws Exception {
        ByteBudget budget = ByteBudget.of(10 * CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget));
                Socket peer = server.connect();
                TcpStream stream = server.accept()) {
            SocketReader reader = stream.reader(CHUNK);
            peer.getOutputStream().write(new byte[10]);
            int length = runtime.blockOn(Loopback.next(reader)).remaining();
            assertThat(budget.used()).isEqualTo(length).isLessThanOrEqualTo(10);
        }
    }

    @Test
    void connections_that_wait_for_their_peers_hold_nothing() throws Exception {
        ByteBudget budget = ByteBudget.of(10 * CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget))) {
            for (int i = 0; i < 20; i++) {
                Socket peer = server.connect();
                runtime.spawn(Loopback.count(server.accept().reader()));
                peer.getOutputStream().write(1);
            }
            await().until(() -> budget.used() == 0);
        }
    }

    /** More connections than the budget has chunks; every byte arrives, and the bound is never exceeded. */
    @Test
    void a_budget_of_one_chunk_serves_many_connections_in_turn() throws Exception {
        ByteBudget budget = ByteBudget.of(CHUNK);
        ByteBudget.Share all = budget.share();
        assertThat(all.pollReserve(CHUNK, PollProbe.create().turn())).isTrue();
        int connections = 50;
        int bytes = 100_000;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget))) {
            List<Socket> peers = new ArrayList<>();
            List<JoinHandle<Long>> readers = new ArrayList<>();
            long[] received = new long[connections];
            for (int i = 0; i < connections; i++) {
                int index = i;
                peers.add(server.connect());
                readers.add(runtime.spawn(Loopback.forEach(server.accept().reader(), item -> {
                    assertThat(item.remaining()).isLessThanOrEqualTo(CHUNK);
                    assertThat(budget.used()).isLessThanOrEqualTo(CHUNK);
                    received[index] += item.remaining();
                })));
            }
            for (Socket peer : peers) {
                peer.getOutputStream().write(1);
            }
            await().until(() -> budget.waiting() == connections);
            all.release();
            for (Socket peer : peers) {
                peer.getOutputStream().write(new byte[bytes - 1]);
                peer.shutdownOutput();
            }
            readers.forEach(JoinHandle::join);
            assertThat(received).containsOnly(bytes);
            assertThat(budget.used()).isZero();
            assertThat(budget.waits()).isGreaterThanOrEqualTo(connections);
            for (Socket peer : peers) {
                peer.close();
            }
        }
    }

    @Test
    void resets_and_cancels_give_back_exactly_what_was_held() throws Exception {
        ByteBudget budget = ByteBudget.of(3 * CHUNK);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
                Loopback server = Loopback.listen(runtime, TcpOptions.DEFAULT.withByteBudget(budget))) {
            for (int i = 0; i < 200; i++) {
                Socket peer = server.connect();
                TcpStream stream = server.accept();
                SocketReader reader = stream.reader(CHUNK);
                JoinHandle<Long> reading =
                        runtime.spawn(i % 3 == 0 ? stream.writer().drain(reader) : Loopback.count(reader));
                peer.getOutputStream().write(new byte[i * 10]);
                if (i % 2 == 0) {
                    reading.cancel();
                    assertThat(catchThrowable(reading::join)).isNotNull();
                } else {
                    peer.setSoLinger(true, 0);
                }
                peer.close();
                assertThat(catchThrowable(reading::join)).isNotNull();
                stream.close();
                assertThat(budget.used()).as("round %s", i).isZero();
            }
        }
    }
}
