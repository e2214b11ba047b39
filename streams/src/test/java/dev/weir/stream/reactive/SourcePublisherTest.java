package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.weir.runtime.TaskRuntime;
import dev.weir.testkit.SourceLaws;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

class SourcePublisherTest {
    private final List<Throwable> undeliverable = new CopyOnWriteArrayList<>();
    private final Probe<Integer> probe = new Probe<>();
    private TaskRuntime runtime = runtime(128);

    private TaskRuntime runtime(int budget) {
        return TaskRuntime.builder()
                .workers(2)
                .budget(budget)
                .onUndeliverable(undeliverable::add)
                .build();
    }

    @AfterEach
    void close() {
        runtime.close();
    }

    private SourcePublisher<Integer> publisher(int count) {
        return new SourcePublisher<>(() -> Items.upTo(count), () -> runtime);
    }

    @Test
    void refusesNullsAndBatchesOutOfRange() {
        assertThatNullPointerException()
                .isThrownBy(() -> publisher(1).subscribe(null))
                .withMessageContaining("subscriber");
        assertThatNullPointerException().isThrownBy(() -> new SourcePublisher<>(null, () -> runtime));
        assertThatNullPointerException().isThrownBy(() -> new SourcePublisher<>(Items::endless, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SourcePublisher<>(Items::endless, () -> runtime, 0))
                .withMessageContaining("batch")
                .withMessageContaining("0");
    }

    @Test
    void whoseTaskARuntimeWithoutMemoryHasEndedHearsOfItOnce() {
        Items source = Items.upTo(3);
        new SourcePublisher<>(() -> source, () -> new StepRuntime(new StepScheduler(128)).withoutMemory())
                .subscribe(probe);
        assertThat(probe.failure).isInstanceOf(CancellationException.class);
        assertThat(source.closes).hasValue(1);
        probe.assertNoBreach(); // such as a second onSubscribe (§2.12)
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.reactive.Matrix#prefetchBatchBudget")
    void aSourceComesOutOfTwoBordersAsItWentIn(int prefetch, int batch, int budget) throws Exception {
        runtime.close();
        runtime = runtime(budget);
        SourcePublisher<Integer> inner =
                new SourcePublisher<>(() -> SourceLaws.check(Items.upTo(1_000)), () -> runtime, batch);
        SourcePublisher<Integer> outer = new SourcePublisher<>(
                () -> SourceLaws.check(new PublisherSource<>(inner, prefetch)), () -> runtime, batch);
        probe.onSubscribe(p -> p.request(3)).onNext((p, item) -> {
            if (item % 3 == 2) {
                p.request(3);
            }
        });
        outer.subscribe(probe);
        probe.awaitEnd();
        assertThat(probe.failure).isNull();
        assertThat(probe.items).isEqualTo(IntStream.range(0, 1_000).boxed().toList());
        probe.assertNoBreach();
        assertThat(undeliverable).isEmpty();
    }

    @Test
    void eachSubscriberGetsItsOwnSource() throws Exception {
        SourcePublisher<Integer> publisher = publisher(10);
        Probe<Integer> other = new Probe<Integer>().onSubscribe(p -> p.request(Long.MAX_VALUE));
        probe.onSubscribe(p -> p.request(Long.MAX_VALUE));
        publisher.subscribe(probe);
        publisher.subscribe(other);
        probe.awaitEnd();
        other.awaitEnd();
        assertThat(probe.items).hasSize(10).isEqualTo(other.items);
    }

    @Test
    void aSourceThatCannotBeOpenedIsAFailedStream() {
        IllegalStateException failure = new IllegalStateException("cannot open");
        new SourcePublisher<Integer>(
                        () -> {
                            throw failure;
                        },
                        () -> runtime)
                .subscribe(probe);
        assertThat(probe.failure).isSameAs(failure);
        assertThat(probe.subscription).isNotNull();
        probe.assertNoBreach();
    }

    @Test
    void aRuntimeThatCannotBeFoundIsAFailedStreamAndOpensNothing() {
        AtomicInteger opened = new AtomicInteger();
        IllegalStateException failure = new IllegalStateException("no runtime");
        new SourcePublisher<>(
                        () -> {
                            opened.incrementAndGet();
                            return Items.endless();
                        },
                        () -> {
                            throw failure;
                        })
                .subscribe(probe);
        assertThat(probe.failure).isSameAs(failure);
        assertThat(opened).hasValue(0);
        probe.assertNoBreach();
    }

    @Test
    void subscribingAfterAShutdownFailsAndClosesTheSource() {
        runtime.close();
        Items source = Items.endless();
        new SourcePublisher<>(() -> source, () -> runtime).subscribe(probe);
        assertThat(probe.failure).hasMessageContaining("shutdown");
        assertThat(source.closes).hasValue(1);
        probe.assertNoBreach();
    }

    @Test
    void aShutdownEndsEveryLiveSubscriber() throws Exception {
        Items source = Items.endless();
        new SourcePublisher<>(() -> source, () -> runtime).subscribe(probe);
        probe.awaitSubscribed();
        assertThat(runtime.shutdown(Duration.ofSeconds(20))).isTrue();
        assertThat(probe.failure).hasMessageContaining("shutdown");
        assertThat(source.closes).hasValue(1);
        probe.request(1); // §3.6
        probe.cancel();
        probe.assertNoBreach();
    }

    @Test
    void aSubscriberThatThrowsHurtsNobodyElse() throws Exception {
        Error thrown = new LinkageError("in onNext");
        Items source = Items.endless();
        probe.onSubscribe(p -> p.request(5)).onNext((p, item) -> {
            throw thrown;
        });
        new SourcePublisher<>(() -> source, () -> runtime).subscribe(probe);
        Awaitility.await().untilAsserted(() -> assertThat(undeliverable).containsExactly(thrown));
        assertThat(source.closes).hasValue(1);
        assertThat(probe.items).hasSize(1);

        Probe<Integer> next = new Probe<Integer>().onSubscribe(p -> p.request(Long.MAX_VALUE));
        publisher(3).subscribe(next);
        next.awaitEnd();
        assertThat(next.items).hasSize(3);
        next.assertNoBreach();
    }

    @Test
    void anUpstreamThatThrowsFromCancelIsReportedToTheRuntime() throws Exception {
        IllegalStateException thrown = new IllegalStateException("in cancel");
        Publisher<Integer> upstream = s -> s.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                s.onNext(1);
            }

            @Override
            public void cancel() {
                throw thrown;
            }
        });
        probe.onSubscribe(p -> p.request(1)).onNext((p, item) -> p.cancel());
        new SourcePublisher<>(() -> new PublisherSource<>(upstream, 1), () -> runtime).subscribe(probe);
        Awaitility.await().untilAsserted(() -> assertThat(undeliverable).hasSize(1));
        assertThat(undeliverable.get(0)).hasMessageContaining("§3.15").hasCause(thrown);
        assertThat(probe.terminals).isZero();
    }

    @Test
    void aSubscriberThatThrowsWhileItIsRefusedIsReported() throws Exception {
        List<Throwable> reported = new CopyOnWriteArrayList<>();
        IllegalStateException thrown = new IllegalStateException("in onSubscribe");
        probe.onSubscribe(p -> {
            throw thrown;
        });
        Thread thread = new Thread(() -> new SourcePublisher<Integer>(
                        () -> {
                            throw new IllegalStateException("open");
                        },
                        () -> runtime)
                .subscribe(probe));
        thread.setUncaughtExceptionHandler((t, e) -> reported.add(e));
        thread.start();
        thread.join();
        assertThat(reported).containsExactly(thrown);
        assertThat(probe.terminals).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void refusesDemandThatIsNotPositiveFromTwoThreadsOnce(int batch) throws Exception {
        for (int round = 0; round < 200; round++) {
            Probe<Integer> subscriber = new Probe<Integer>().onSubscribe(p -> p.request(1_000));
            new SourcePublisher<>(Items::endless, () -> runtime, batch).subscribe(subscriber);
            subscriber.awaitSubscribed();
            Race.of(() -> subscriber.request(0), () -> subscriber.request(-1));
            subscriber.awaitEnd();
            assertThat(subscriber.failure)
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("3.9");
            subscriber.assertNoBreach();
        }
    }
}
