package dev.weir.io.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.io.tls.Certificates;
import dev.weir.io.tls.TlsListener;
import dev.weir.io.tls.TlsNetwork;
import dev.weir.io.tls.TlsOptions;
import dev.weir.io.tls.TlsStream;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Source;
import dev.weir.testkit.simulation.Simulation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

/** TLS on a network of whose delays, cuts and breaks each is the seed's. */
class SecureNetworkTest {
    private static final InetSocketAddress HOME = new InetSocketAddress(InetAddress.getLoopbackAddress(), 443);
    private static final boolean LONG = Boolean.getBoolean("weir.long");
    private static final int SEEDS = LONG ? 10_000 : 12;
    private static final TlsOptions OPTIONS = TlsOptions.of(Certificates.SHARED.localhost());

    private static Conditions windowOf(Conditions conditions, long seed) {
        return seed % 4 == 0 ? conditions : conditions.withWindow(2_000).withChunk(500);
    }

    @Test
    void the_same_program_runs_encrypted_with_every_seed() {
        Simulation.explore(SEEDS, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime, windowOf(Conditions.ROUGH, runtime.seed()));
            LineProgram<?> program =
                    new LineProgram<>(runtime, TlsNetwork.of(network, OPTIONS), HOME, runtime.random());
            return runtime.spawnBlocking(() -> {
                List<LineProgram.Report> reports = runtime.blockOn(program.clients(2));
                assertThat(reports).hasSize(2).allSatisfy(report -> {
                    assertThat(report.failure()).isNull();
                    assertThat(report.got()).isEqualTo(report.expected());
                });
                runtime.elapse(Duration.ofMinutes(1));
                assertThat(network.openStreams()).isEmpty();
                return 0;
            });
        });
    }

    @Test
    void a_connection_that_breaks_never_looks_like_one_that_ended() {
        int[] broken = {0};
        int[] whole = {0};
        Simulation.explore(SEEDS, runtime -> {
            Conditions hostile = Conditions.HOSTILE.withWindow(2_000).withChunk(500);
            SimulatedNetwork network = SimulatedNetwork.of(runtime, hostile);
            LineProgram<?> program =
                    new LineProgram<>(runtime, TlsNetwork.of(network, OPTIONS), HOME, runtime.random());
            return runtime.spawnBlocking(() -> {
                for (LineProgram.Report report : runtime.blockOn(program.clients(3))) {
                    assertThat(report.expected()).startsWith(report.got());
                    if (report.failure() == null) {
                        whole[0]++;
                        assertThat(report.got()).isEqualTo(report.expected());
                    } else {
                        broken[0]++;
                        assertThat(report.failure()).isInstanceOf(IOException.class);
                    }
                }
                runtime.elapse(Duration.ofMinutes(1));
                assertThat(network.openStreams()).isEmpty();
                return 0;
            });
        });
        assertThat(broken[0]).isPositive();
        assertThat(whole[0]).isPositive();
    }

    @Test
    void a_peer_that_says_nothing_has_ten_seconds() {
        Simulation.explore(5, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime, Conditions.ROUGH.withLatency(Duration.ZERO));
            SimulatedListener plain = network.listen(HOME);
            JoinHandle<TlsStream> secure =
                    runtime.spawn(TlsNetwork.of(network, OPTIONS).connect(HOME));
            return runtime.spawnBlocking(() -> {
                SimulatedStream silent = runtime.blockOn(accept(plain));
                runtime.elapse(Duration.ofMillis(9_900));
                assertThat(secure.isDone()).isFalse();
                runtime.elapse(Duration.ofMillis(200));
                assertThatThrownBy(() -> runtime.blockOn(secure))
                        .hasRootCauseInstanceOf(SSLHandshakeException.class)
                        .hasMessageContaining("longer than PT10S");
                runtime.elapse(Duration.ofSeconds(1));
                silent.close();
                runtime.elapse(Duration.ofSeconds(1));
                assertThat(network.openStreams()).isEmpty();
                return 0;
            });
        });
    }

    @Test
    void a_client_that_says_nothing_holds_up_no_other() {
        Simulation.explore(5, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(
                    runtime, Conditions.ROUGH.withWindow(2_000).withChunk(500));
            TlsNetwork secure = TlsNetwork.of(network, OPTIONS);
            TlsListener listener = secure.listen(HOME);
            return runtime.spawnBlocking(() -> {
                SimulatedStream silent = runtime.blockOn(network.connect(HOME));
                JoinHandle<?> refused =
                        runtime.spawn(runtime.blockOn(accept(listener)).handshake());
                JoinHandle<TlsStream> second = runtime.spawn(secure.connect(HOME));
                JoinHandle<?> served =
                        runtime.spawn(runtime.blockOn(accept(listener)).handshake());
                runtime.elapse(Duration.ofSeconds(5));
                assertThat(runtime.blockOn(second).session().isValid()).isTrue();
                assertThat(served.isDone()).isTrue();
                runtime.elapse(Duration.ofSeconds(6));
                assertThatThrownBy(() -> runtime.blockOn(refused)).hasMessageContaining("longer than PT10S");
                silent.close();
                return 0;
            });
        });
    }

    @Test
    void a_connect_that_is_given_up_at_any_moment_leaves_nothing_behind() {
        Simulation.explore(2 * SEEDS, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(
                    runtime, Conditions.ROUGH.withWindow(2_000).withChunk(500));
            TlsNetwork secure = TlsNetwork.of(network, OPTIONS);
            TlsListener listener = secure.listen(HOME);
            Pollable<Integer> serving = new Pollable<>() {
                @Override
                public Poll<Integer> poll(Context cx) throws Exception {
                    for (TlsStream next; (next = listener.poll(cx)) != null; ) {
                        runtime.spawn(next.writer().drain(next.reader()));
                    }
                    return Poll.pending();
                }
            };
            runtime.spawn(serving);
            JoinHandle<TlsStream> connect = runtime.spawn(secure.connect(HOME));
            return runtime.spawnBlocking(() -> {
                runtime.elapse(Duration.ofMillis(runtime.random().nextInt(200)));
                connect.cancel();
                runtime.elapse(Duration.ofSeconds(1));
                if (connect.isDone() && connect.failure() == null) {
                    runtime.blockOn(connect).close();
                }
                runtime.elapse(Duration.ofSeconds(30));
                assertThat(network.openStreams()).isEmpty();
                return 0;
            });
        });
    }

    private static <T> Pollable<T> accept(Source<T> listener) {
        return cx -> {
            T stream = listener.poll(cx);
            return stream == null ? Poll.pending() : Poll.ready(stream);
        };
    }
}
