package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.io.ByteListener;
import dev.weir.io.ByteStream;
import dev.weir.io.Network;
import dev.weir.io.net.TcpNetwork;
import dev.weir.io.net.TcpOptions;
import dev.weir.io.testkit.Conditions;
import dev.weir.io.testkit.SimulatedNetwork;
import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.testkit.StreamProbe;
import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.testkit.junit.Flavour;
import dev.weir.testkit.junit.WeirTest;
import dev.weir.testkit.simulation.SimulatedRuntime;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The examples of docs/testing.md: every block of Java there stands here, and runs. */
class TestingExamplesTest {

    @Test
    void aPausedClock() {
        ManualClock clock = new ManualClock();
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(clock).build()) {
            runtime.blockOn(Sleep.of(Duration.ofDays(365))); // returns at once
            assertThat(clock.nanos()).isEqualTo(Duration.ofDays(365).toNanos());
        }
    }

    @Test
    void stepByStep() {
        try (var runtime = TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            JoinHandle<?> sleeper = runtime.spawn(Sleep.of(Duration.ofHours(1)));
            runtime.runUntilIdle(); // whatever can run without time passing
            runtime.advance(Duration.ofMinutes(59)); // one jump, then whatever is due
            assertThat(sleeper.isDone()).isFalse();
            runtime.elapse(Duration.ofMinutes(1)); // from timer to timer: nobody is late
            assertThat(sleeper.isDone()).isTrue();
        }
    }

    @Test
    void streamsSignalBySignal() {
        try (var runtime = TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            StreamProbe.of(AsyncStream.interval(Duration.ofMinutes(1)), runtime)
                    .expectNoEvent(Duration.ofHours(1)) // nothing comes without demand
                    .request(2)
                    .expectNoEvent(Duration.ofSeconds(59))
                    .thenAwait(Duration.ofSeconds(1))
                    .expectNext(0L)
                    .cancel()
                    .expectNoEvent(Duration.ofHours(1));
        }
    }

    @Test
    void aSimulation() {
        Simulation.explore(1_000, runtime -> {
            Oneshot<String> answer = new Oneshot<>();
            runtime.spawn("sender", cx -> {
                answer.send("yes");
                return Poll.done();
            });
            return Timeout.of(answer, Duration.ofSeconds(1));
        });
    }

    @Test
    void aSimulatedNetwork() {
        Simulation.explore(300, runtime -> {
            SimulatedNetwork network = SimulatedNetwork.of(runtime, Conditions.HOSTILE);
            return echo(runtime, network);
        });
    }

    @Test
    void theSameProgramOnSockets() throws IOException {
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            assertThat(runtime.blockOn(echo(runtime, new TcpNetwork(TcpOptions.DEFAULT))))
                    .isTrue();
        }
    }

    @WeirTest(flavour = Flavour.SIMULATION, seeds = 20)
    void a_result_is_received_once(SimulatedRuntime runtime, Random random) {
        Oneshot<Integer> answer = new Oneshot<>();
        runtime.spawn(cx -> Poll.ready(answer.send(random.nextInt())));
        runtime.blockOn(answer);
    }

    /** A client whose half is ended at once, against a server that echoes; ready with whether that ended in order. */
    private static <S extends ByteStream> Pollable<Boolean> echo(TaskRuntime runtime, Network<S> network)
            throws IOException {
        ByteListener<S> listener = network.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        runtime.spawn(AsyncStream.from(listener)
                .forEachConcurrent(10, stream -> stream.writer().drain(stream.reader()), (stream, failure) -> {}));
        JoinHandle<S> connected = runtime.spawn(network.connect(listener.localAddress()));
        return new Pollable<>() {
            private Pollable<Long> client;

            @Override
            public Poll<Boolean> poll(Context cx) throws Exception {
                try {
                    if (client == null) {
                        Poll<S> stream = connected.poll(cx);
                        if (stream.isPending()) {
                            return Poll.pending();
                        }
                        client = AsyncStream.from(stream.get().reader()).count();
                        stream.get().writer().close();
                    }
                    return client.poll(cx).isPending() ? Poll.pending() : Poll.ready(true);
                } catch (IOException | CompletionException broken) {
                    return Poll.ready(false);
                }
            }

            @Override
            public void close() {
                listener.close();
                if (client != null) {
                    client.close();
                }
            }
        };
    }

    @Test
    void everyBlockOfJavaInTheGuideStandsInThisFile() throws IOException {
        Path guide = Path.of("..", "docs", "testing.md");
        String here = squeezed(Files.readString(Path.of("src/test/java/dev/weir/examples/TestingExamplesTest.java")));
        Matcher blocks = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(guide));
        int count = 0;
        while (blocks.find()) {
            assertThat(here).contains(squeezed(blocks.group(1)));
            count++;
        }
        assertThat(count).isEqualTo(6);
    }

    private static String squeezed(String code) {
        return code.replaceAll("\\s+", " ").strip();
    }
}
