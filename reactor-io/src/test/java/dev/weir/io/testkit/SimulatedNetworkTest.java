package dev.weir.io.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.net.TcpNetwork;
import dev.weir.io.net.TcpOptions;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import dev.weir.task.Source;
import dev.weir.testkit.simulation.EventLog;
import dev.weir.testkit.simulation.SimulatedRuntime;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.Sleep;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

class SimulatedNetworkTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final InetSocketAddress HOME = InetSocketAddress.createUnresolved("home", 7);
    private static final boolean LONG = Boolean.getBoolean("weir.long");
    /** For whole programs. */
    private static final int SEEDS = LONG ? 10_000 : 60;
    /** For single scenes. */
    private static final int FEW = LONG ? 10_000 : 20;

    @Test
    void the_same_program_runs_on_sockets() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
            LineProgram<?> program =
                    new LineProgram<>(runtime, new TcpNetwork(TcpOptions.DEFAULT), ANY_PORT, new Random(1));
            List<LineProgram.Report> reports = runtime.blockOn(program.clients(20));
            assertThat(reports).hasSize(20).allSatisfy(SimulatedNetworkTest::assertComplete);
            program.stop();
        }
    }

    @Test
    void the_same_program_runs_on_the_simulated_network_with_every_seed() {
        Simulation.explore(SEEDS, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime);
            LineProgram<?> program = new LineProgram<>(runtime, network, ANY_PORT, runtime.random());
            return then(program.clients(3), reports -> {
                assertThat(reports).hasSize(3).allSatisfy(SimulatedNetworkTest::assertComplete);
            });
        });
    }

    @Test
    void a_connection_that_breaks_never_looks_like_one_that_ended() {
        int[] broken = {0};
        int[] whole = {0};
        Simulation.explore(SEEDS, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime, Conditions.HOSTILE);
            LineProgram<?> program = new LineProgram<>(runtime, network, ANY_PORT, runtime.random());
            return then(program.clients(3), reports -> {
                for (LineProgram.Report report : reports) {
                    assertThat(report.expected()).startsWith(report.got());
                    if (report.failure() == null) {
                        whole[0]++;
                        assertComplete(report);
                    } else {
                        broken[0]++;
                        assertThat(report.failure()).isInstanceOf(IOException.class);
                    }
                }
            });
        });
        assertThat(broken[0]).isPositive();
        assertThat(whole[0]).isPositive();
    }

    private static void assertComplete(LineProgram.Report report) {
        assertThat(report.failure()).isNull();
        assertThat(report.got()).isEqualTo(report.expected());
    }

    @Test
    void the_same_seed_gives_the_same_log_byte_for_byte() {
        Set<Long> digests = new HashSet<>();
        for (int seed = 0; seed < FEW; seed++) {
            EventLog first = hostileRun(seed);
            EventLog second = hostileRun(seed);
            assertThat(second.toString()).isEqualTo(first.toString());
            assertThat(second.digest()).isEqualTo(first.digest());
            digests.add(first.digest());
        }
        assertThat(digests).hasSize(FEW);
    }

    private static EventLog hostileRun(long seed) {
        return Simulation.of(seed)
                .play(runtime -> new LineProgram<>(
                                runtime, SimulatedNetwork.of(runtime, Conditions.HOSTILE), ANY_PORT, runtime.random())
                        .clients(3))
                .log();
    }

    @Test
    void a_writer_waits_when_as_many_bytes_as_the_window_are_unread() {
        Simulation.explore(FEW, runtime -> {
            Pair pair = new Pair(runtime, Conditions.ROUGH.withWindow(10).withChunk(4));
            return pair.whenOpen((near, far) -> {
                Sink<ByteBuffer> writer = near.writer();
                Source<ByteBuffer> reader = far.reader();
                JoinHandle<Long> sent = runtime.spawn(new Flood(writer, 1_000));
                runtime.elapse(Duration.ofSeconds(10));
                assertThat(sent.isDone()).isFalse();
                Count count = new Count(reader);
                assertThat(runtime.blockOn(count)).isEqualTo(1_000);
                assertThat(count.beforeEnd).isLessThanOrEqualTo(1_000);
                assertThat(runtime.blockOn(sent)).isEqualTo(1_000);
                far.writer().close();
            });
        });
    }

    @Test
    void a_reset_fails_both_sides_and_overtakes_what_is_under_way() {
        Simulation.explore(FEW, runtime -> {
            Pair pair = new Pair(runtime, Conditions.ROUGH);
            return pair.whenOpen((near, far) -> {
                JoinHandle<Long> sent = runtime.spawn(new Flood(near.writer(), 1_000));
                JoinHandle<Long> read = runtime.spawn(new Count(far.reader()));
                near.reset();
                assertThatThrownBy(() -> runtime.blockOn(sent)).hasMessageContaining("connection reset");
                assertThatThrownBy(() -> runtime.blockOn(read)).hasMessageContaining("connection reset");
            });
        });
    }

    @Test
    void a_direction_that_has_ended_leaves_the_other_alone() {
        Simulation.explore(FEW, runtime -> {
            Pair pair = new Pair(runtime, Conditions.ROUGH);
            return pair.whenOpen((near, far) -> {
                assertThat(runtime.blockOn(new Flood(near.writer(), 0))).isZero();
                assertThat(runtime.blockOn(new Count(far.reader()))).isZero();
                JoinHandle<Long> sent = runtime.spawn(new Flood(far.writer(), 200));
                assertThat(runtime.blockOn(new Count(near.reader()))).isEqualTo(200);
                assertThat(runtime.blockOn(sent)).isEqualTo(200);
                assertThat(pair.network.openStreams()).isEmpty();
            });
        });
    }

    @Test
    void who_writes_to_a_closed_side_gets_a_reset() {
        Simulation.explore(FEW, runtime -> {
            Pair pair = new Pair(runtime, Conditions.ROUGH);
            return pair.whenOpen((near, far) -> {
                far.close();
                assertThatThrownBy(() -> runtime.blockOn(new Flood(near.writer(), 100_000)))
                        .isInstanceOf(CompletionException.class)
                        .hasRootCauseInstanceOf(IOException.class)
                        .hasMessageContaining("reset by peer");
            });
        });
    }

    @Test
    void a_writer_that_is_closed_with_bytes_in_hand_breaks_the_connection() {
        Simulation.explore(FEW, runtime -> {
            Pair pair = new Pair(runtime, Conditions.ROUGH.withWindow(1).withChunk(100));
            return pair.whenOpen((near, far) -> {
                Sink<ByteBuffer> writer = near.writer();
                runtime.blockOn(cx -> {
                    if (!writer.pollReady(cx)) {
                        return Poll.pending();
                    }
                    writer.send(ByteBuffer.allocate(50));
                    return Poll.done();
                });
                writer.close();
                assertThatThrownBy(() -> runtime.blockOn(new Count(far.reader())))
                        .hasMessageContaining("reset by peer");
            });
        });
    }

    @Test
    void connections_are_accepted_in_whatever_order_they_arrive() {
        Set<List<Integer>> orders = new HashSet<>();
        Simulation.explore(100, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime);
            SimulatedListener listener = network.listen(HOME);
            List<JoinHandle<SimulatedStream>> connects = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                connects.add(runtime.spawn(network.connect(HOME)));
            }
            List<InetSocketAddress> accepted = new ArrayList<>();
            return runtime.spawnBlocking(() -> {
                while (accepted.size() < 3) {
                    accepted.add(runtime.blockOn(accept(listener)).remoteAddress());
                }
                List<Integer> order = new ArrayList<>();
                for (JoinHandle<SimulatedStream> each : connects) {
                    order.add(accepted.indexOf(runtime.blockOn(each).localAddress()));
                }
                return orders.add(order);
            });
        });
        assertThat(orders).hasSize(6);
    }

    @Test
    void a_connect_to_nobody_or_past_the_backlog_is_refused() {
        Simulation.explore(FEW, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime, Conditions.ROUGH.withBacklog(1));
            return runtime.spawnBlocking(() -> {
                assertThatThrownBy(() -> runtime.blockOn(network.connect(HOME)))
                        .hasCauseInstanceOf(ConnectException.class);
                SimulatedListener listener = network.listen(HOME);
                runtime.blockOn(network.connect(HOME));
                assertThatThrownBy(() -> runtime.blockOn(network.connect(HOME)))
                        .hasCauseInstanceOf(ConnectException.class);
                assertThatThrownBy(() -> network.listen(HOME)).isInstanceOf(BindException.class);
                listener.close();
                assertThatThrownBy(() -> runtime.blockOn(accept(listener))).hasMessageContaining("was closed");
                network.listen(HOME).close();
                return 0;
            });
        });
    }

    @Test
    void a_connect_that_is_given_up_leaves_nothing_behind() {
        Simulation.explore(2 * FEW, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime);
            SimulatedListener listener = network.listen(HOME);
            JoinHandle<SimulatedStream> connect = runtime.spawn(network.connect(HOME));
            return runtime.spawnBlocking(() -> {
                runtime.elapse(Duration.ofMillis(runtime.random().nextInt(40)));
                connect.cancel();
                runtime.elapse(Duration.ofSeconds(1));
                listener.close();
                runtime.elapse(Duration.ofSeconds(1));
                if (!connect.isDone() || connectedInTime(connect)) {
                    return 0;
                }
                assertThat(network.openStreams()).isEmpty();
                return 1;
            });
        });
    }

    private static boolean connectedInTime(JoinHandle<SimulatedStream> connect) {
        try {
            connect.join().close();
            return true;
        } catch (RuntimeException cancelled) {
            return false;
        }
    }

    @Test
    void halves_are_taken_once_and_addresses_are_those_of_the_internet() {
        Simulation.of(1)
                .run(runtime -> new Pair(runtime, Conditions.ROUGH).whenOpen((near, far) -> {
                    near.reader().close();
                    assertThatIllegalStateException().isThrownBy(near::reader);
                    near.writer().close();
                    assertThatIllegalStateException().isThrownBy(near::writer);
                    assertThat(near.remoteAddress())
                            .isEqualTo(far.localAddress())
                            .isEqualTo(HOME);
                    assertThat(far.remoteAddress()).isEqualTo(near.localAddress());
                }));
        Simulation.of(1).run(runtime -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> SimulatedNetwork.of(runtime).connect(new SocketAddress() {
                        private static final long serialVersionUID = 1L;
                    }));
            return Sleep.of(Duration.ZERO);
        });
        assertThatIllegalArgumentException().isThrownBy(() -> Conditions.ROUGH.withWindow(0));
        assertThatIllegalArgumentException().isThrownBy(() -> Conditions.ROUGH.withLatency(Duration.ofNanos(-1)));
    }

    private static Pollable<SimulatedStream> accept(SimulatedListener listener) {
        return cx -> {
            SimulatedStream stream = listener.poll(cx);
            return stream == null ? Poll.pending() : Poll.ready(stream);
        };
    }

    private interface Checks<T> {
        void accept(T result) throws Exception;
    }

    private static <T> Pollable<Integer> then(Pollable<T> first, Checks<T> checks) {
        return cx -> {
            Poll<T> poll = first.poll(cx);
            if (poll.isPending()) {
                return Poll.pending();
            }
            checks.accept(poll.get());
            return Poll.ready(0);
        };
    }

    /** Two sides, and a test that runs in a blocking call, from which it may drive everything else. */
    private static final class Pair {
        private final SimulatedRuntime runtime;
        private final SimulatedNetwork network;

        Pair(SimulatedRuntime runtime, Conditions conditions) {
            this.runtime = runtime;
            this.network = SimulatedNetwork.of(runtime, conditions);
        }

        interface Scene {
            void run(SimulatedStream near, SimulatedStream far) throws Exception;
        }

        Pollable<Integer> whenOpen(Scene scene) throws IOException {
            SimulatedListener listener = network.listen(HOME);
            JoinHandle<SimulatedStream> connect = runtime.spawn(network.connect(HOME));
            return runtime.spawnBlocking(() -> {
                SimulatedStream far = runtime.blockOn(accept(listener));
                SimulatedStream near = runtime.blockOn(connect);
                scene.run(near, far);
                listener.close();
                return 0;
            });
        }
    }

    /** Sends so many bytes, one at a time, and ends. */
    private static final class Flood implements Pollable<Long> {
        private final Sink<ByteBuffer> writer;
        private final long bytes;
        private long sent;

        Flood(Sink<ByteBuffer> writer, long bytes) {
            this.writer = writer;
            this.bytes = bytes;
        }

        @Override
        public Poll<Long> poll(Context cx) throws Exception {
            while (sent < bytes) {
                if (!writer.pollReady(cx)) {
                    return Poll.pending();
                }
                writer.send(ByteBuffer.wrap(new byte[] {(byte) sent++}));
            }
            return writer.pollFinish(cx) ? Poll.ready(sent) : Poll.pending();
        }

        @Override
        public void close() {
            writer.close();
        }
    }

    /** Reads to the end, and checks the order. */
    private static final class Count implements Pollable<Long> {
        private final Source<ByteBuffer> reader;
        private long beforeEnd;

        Count(Source<ByteBuffer> reader) {
            this.reader = reader;
        }

        @Override
        public Poll<Long> poll(Context cx) throws Exception {
            for (ByteBuffer bytes = reader.poll(cx); bytes != null; bytes = reader.poll(cx)) {
                while (bytes.hasRemaining()) {
                    assertThat(bytes.get()).isEqualTo((byte) beforeEnd++);
                }
            }
            return reader.isDone() ? Poll.ready(beforeEnd) : Poll.pending();
        }

        @Override
        public void close() {
            reader.close();
        }
    }
}
