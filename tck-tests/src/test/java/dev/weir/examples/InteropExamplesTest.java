package dev.weir.examples;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.typesafe.config.ConfigFactory;
import dev.weir.io.codec.FrameSink;
import dev.weir.io.codec.FrameSource;
import dev.weir.io.codec.LineDecoder;
import dev.weir.io.codec.LineEncoder;
import dev.weir.io.net.TcpListener;
import dev.weir.io.net.TcpStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.interop.ReactorScheduler;
import dev.weir.stream.interop.RxScheduler;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import io.reactivex.rxjava3.core.Flowable;
import io.smallrye.mutiny.Multi;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import kotlinx.coroutines.flow.FlowKt;
import kotlinx.coroutines.reactive.ReactiveFlowKt;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.stream.javadsl.AsPublisher;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** Pipelines of other libraries, as their users write them: on Weir's workers, and before and behind its streams. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InteropExamplesTest {
    private static final int REQUESTS = Boolean.getBoolean("weir.long") ? 50_000 : 500;
    private static final int CLIENTS = 4;

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private ActorSystem pekko;

    @BeforeAll
    void start() {
        // a publisher of Pekko's gives up after five seconds in which nobody has subscribed to it: here for want of a
        // core
        pekko = ActorSystem.create(
                "examples",
                ConfigFactory.parseString("pekko.stream.materializer.subscription-timeout.timeout = 60s")
                        .withFallback(ConfigFactory.load()));
    }

    @AfterAll
    void stop() {
        pekko.terminate();
        await().atMost(30, SECONDS).until(() -> pekko.whenTerminated().isCompleted());
        runtime.close();
    }

    // ---- on Weir's workers, from socket to socket ----

    /** A handler as WebFlux has them: knows Reactor alone, and runs wherever the parallel scheduler is. */
    static Flux<String> reactorHandler(Flux<String> requests, Scheduler scheduler) {
        return requests.publishOn(scheduler)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .flatMapSequential(line -> Mono.fromCallable(() -> line.toUpperCase(java.util.Locale.ROOT))
                        .subscribeOn(scheduler)
                        .timeout(Duration.ofSeconds(30), scheduler))
                .onErrorResume(failure -> Mono.just("500 " + failure.getMessage()));
    }

    static Flowable<String> rxHandler(Flowable<String> requests, io.reactivex.rxjava3.core.Scheduler scheduler) {
        return requests.observeOn(scheduler)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .concatMapEager(line -> Flowable.fromCallable(() -> line.toUpperCase(java.util.Locale.ROOT))
                        .subscribeOn(scheduler)
                        .timeout(30, SECONDS, scheduler))
                .onErrorReturn(failure -> "500 " + failure.getMessage());
    }

    @Test
    void a_reactor_pipeline_from_socket_to_socket_loses_nothing() throws Exception {
        Schedulers.setFactory(ReactorScheduler.factory(runtime)); // so that it runs unchanged
        try {
            serve(requests -> reactorHandler(Flux.from(requests), Schedulers.parallel()));
        } finally {
            Schedulers.resetFactory();
        }
    }

    @Test
    void an_rxjava_pipeline_from_socket_to_socket_loses_nothing() throws Exception {
        var scheduler = RxScheduler.on(runtime);
        serve(requests -> rxHandler(Flowable.fromPublisher(requests), scheduler));
    }

    private void serve(Function<Publisher<String>, Publisher<String>> handler) throws Exception {
        var listener = TcpListener.bind(runtime, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        JoinHandle<Long> server = AsyncStream.from(listener)
                .take(CLIENTS)
                .forEachConcurrent(CLIENTS, socket -> answer(socket, handler))
                .run(runtime);
        List<JoinHandle<List<String>>> clients = Stream.generate(() -> ask(listener.localAddress()))
                .limit(CLIENTS)
                .toList();
        for (JoinHandle<List<String>> client : clients) {
            List<String> answers = client.join(Duration.ofSeconds(50));
            assertThat(answers).hasSize(REQUESTS);
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(answers.get(i)).isEqualTo("REQUEST " + i);
            }
        }
        assertThat(server.join(Duration.ofSeconds(50))).isEqualTo(CLIENTS);
    }

    private Pollable<Long> answer(TcpStream socket, Function<Publisher<String>, Publisher<String>> handler) {
        Publisher<String> requests = AsyncStream.from(FrameSource.of(socket.reader(), new LineDecoder()))
                .on(runtime);
        return AsyncStream.from(handler.apply(requests)).into(FrameSink.of(socket.writer(), new LineEncoder()));
    }

    private JoinHandle<List<String>> ask(InetSocketAddress server) {
        TcpStream socket = runtime.blockOn(TcpStream.connect(server));
        runtime.spawn(AsyncStream.range(0, REQUESTS)
                .map(i -> "request " + i)
                .into(FrameSink.of(socket.writer(), new LineEncoder())));
        return AsyncStream.from(FrameSource.of(socket.reader(), new LineDecoder()))
                .toList()
                .run(runtime);
    }

    // ---- before and behind ----

    /** A pipeline of another library that changes nothing, out of and into a publisher. */
    private record Peer(String name, Function<Publisher<Integer>, Publisher<Integer>> pipeline) {
        @Override
        public String toString() {
            return name;
        }
    }

    Stream<Peer> peers() {
        return Stream.of(
                new Peer(
                        "Reactor",
                        in -> Flux.from(in)
                                .publishOn(ReactorScheduler.on(runtime), 16)
                                .map(n -> n + 1)
                                .map(n -> n - 1)),
                new Peer(
                        "RxJava",
                        in -> Flowable.fromPublisher(in)
                                .observeOn(RxScheduler.on(runtime), false, 16)
                                .map(n -> n + 1)
                                .map(n -> n - 1)),
                new Peer(
                        "Mutiny",
                        in -> AsyncStream.fromFlow(Multi.createFrom()
                                .publisher(AsyncStream.from(in).on(runtime).toFlow())
                                .onItem()
                                .transform(n -> n + 1)
                                .emitOn(command -> runtime.spawn(Pollable.of(() -> {
                                    command.run();
                                    return 0;
                                })))
                                .map(n -> n - 1))),
                new Peer(
                        "Pekko",
                        in -> Source.fromPublisher(in)
                                .map(n -> n + 1)
                                .async()
                                .map(n -> n - 1)
                                .runWith(Sink.asPublisher(AsPublisher.WITHOUT_FANOUT), pekko)),
                new Peer(
                        "kotlinx",
                        in -> ReactiveFlowKt.asPublisher(FlowKt.buffer(
                                FlowKt.drop(FlowKt.filterNotNull(ReactiveFlowKt.asFlow(in)), 0),
                                16,
                                kotlinx.coroutines.channels.BufferOverflow.SUSPEND))));
    }

    private AsyncStream<Integer> behind(Peer peer, AsyncStream<Integer> upstream) {
        return AsyncStream.from(peer.pipeline.apply(upstream.on(runtime)));
    }

    @ParameterizedTest
    @MethodSource("peers")
    void every_item_passes_a_pipeline_before_and_behind_ours(Peer peer) throws Exception {
        int count = Boolean.getBoolean("weir.long") ? 100_000 : 2_000;
        AsyncStream<Integer> ours =
                behind(peer, AsyncStream.range(0, count).detach(8)).filter(n -> n % 2 == 0);
        List<Integer> items = behind(peer, ours).toList().run(runtime).join(Duration.ofSeconds(50));
        assertThat(items).hasSize(count / 2);
        for (int i = 0; i < items.size(); i++) {
            assertThat(items.get(i)).isEqualTo(2 * i);
        }
    }

    @ParameterizedTest
    @MethodSource("peers")
    void a_failure_passes_after_the_items_before_it(Peer peer) {
        AtomicInteger seen = new AtomicInteger();
        AsyncStream<Integer> failing = AsyncStream.range(0, 5)
                .delayElements(Duration.ofMillis(1))
                .concatWith(AsyncStream.failed(new IllegalStateException("as planned")));
        JoinHandle<Long> run =
                behind(peer, failing).peek(n -> seen.incrementAndGet()).count().run(runtime);
        assertThatThrownBy(() -> run.join(Duration.ofSeconds(30)))
                .satisfies(thrown -> assertThat(thrown.getCause() == null ? thrown : thrown.getCause())
                        .hasMessageContaining("as planned"));
        assertThat(seen.get()).isBetween(0, 5);
    }

    @ParameterizedTest
    @MethodSource("peers")
    void a_cancel_reaches_the_source_and_closes_it(Peer peer) throws Exception {
        AtomicInteger closed = new AtomicInteger();
        AsyncStream<Integer> endless = AsyncStream.generate(() -> new int[1], state -> state[0]++)
                .map(n -> n)
                .onClose(closed::incrementAndGet);
        List<Integer> items =
                behind(peer, endless).take(100).toList().run(runtime).join(Duration.ofSeconds(30));
        assertThat(items).hasSize(100);
        await().atMost(20, SECONDS).untilAtomic(closed, org.hamcrest.Matchers.is(1));
    }
}
