package dev.weir.io.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.io.IoMetrics;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.DataInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An echo server on each kind of runtime: what comes back is what was sent. */
class EchoTest {
    static Stream<TaskRuntime> runtimes() {
        return Stream.of(
                TaskRuntime.builder().workers(1).build(),
                TaskRuntime.builder().workers(2).build());
    }

    /** Accepts and spawns an echo for each connection, for ever. */
    record EchoServer(TaskRuntime runtime, TcpListener listener) implements Pollable<@Nullable Void> {
        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            TcpStream stream;
            while ((stream = listener.poll(cx)) != null) {
                runtime.spawn(stream.writer().drain(stream.reader()));
            }
            return Poll.pending();
        }

        @Override
        public void close() {
            listener.close();
        }
    }

    @Test
    void a_round_trip_costs_one_event_one_read_one_write_and_no_change_of_interest() throws Exception {
        int rounds = 1_000;
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                Loopback server = Loopback.listen(runtime);
                Socket socket = server.connect();
                TcpStream accepted = server.accept()) {
            SocketReader reader = accepted.reader();
            SocketWriter writer = accepted.writer();
            JoinHandle<Long> echo = runtime.spawn(writer.drain(reader));
            socket.setTcpNoDelay(true);
            byte[] ball = new byte[128];
            for (int i = 0; i < rounds; i++) {
                ball[0] = (byte) i;
                socket.getOutputStream().write(ball);
                new DataInputStream(socket.getInputStream()).readFully(ball);
                assertThat(ball[0]).isEqualTo((byte) i);
            }
            socket.shutdownOutput();
            assertThat(echo.join()).isEqualTo(rounds);
            assertThat(reader.reads()).isEqualTo(rounds);
            assertThat(writer.writes()).isEqualTo(rounds);
            // an event that finds no waiter shows as one more: the looks at the driver between two polls meet some;
            // and a ball that is there already when it is looked for needs none
            assertThat(runtime.service(IoMetrics.class).events()).isBetween(1L, rounds * 11L / 10);
        }
    }

    @ParameterizedTest
    @MethodSource("runtimes")
    void random_pieces_come_back_whole(TaskRuntime runtime) throws Exception {
        try (runtime;
                Loopback server = Loopback.listen(runtime)) {
            runtime.spawn(new EchoServer(runtime, server.listener()));
            Thread[] clients = new Thread[8];
            boolean[] same = new boolean[clients.length];
            for (int c = 0; c < clients.length; c++) {
                int id = c;
                clients[c] = new Thread(
                        () -> same[id] = comesBackWhole(server.listener().localAddress(), id));
                clients[c].start();
            }
            for (Thread client : clients) {
                client.join();
            }
            assertThat(same).containsOnly(true);
        }
    }

    private static boolean comesBackWhole(InetSocketAddress address, long seed) {
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            CRC32 sent = new CRC32();
            Thread sender = new Thread(() -> {
                try {
                    Random random = new Random(seed);
                    OutputStream out = socket.getOutputStream();
                    for (int left = 3 << 20; left > 0; ) {
                        byte[] piece = new byte[Math.min(left, 1 + random.nextInt(100_000))];
                        random.nextBytes(piece);
                        sent.update(piece);
                        out.write(piece);
                        left -= piece.length;
                    }
                    socket.shutdownOutput();
                } catch (java.io.IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            sender.start();
            CRC32 received = new CRC32();
            InputStream in = socket.getInputStream();
            byte[] buffer = new byte[8192];
            for (int n; (n = in.read(buffer)) > 0; ) {
                received.update(buffer, 0, n);
            }
            sender.join();
            return sent.getValue() == received.getValue();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
