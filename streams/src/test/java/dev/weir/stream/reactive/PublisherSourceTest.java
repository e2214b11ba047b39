package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Host;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;

class PublisherSourceTest {
    private final AtomicInteger wakes = new AtomicInteger();
    private final ManualPublisher<Integer> publisher = new ManualPublisher<>();
    private final Context cx = contextWith(1_000_000);

    private Context contextWith(int budget) {
        Host host = new Host() {
            @Override
            public <S> S service(Class<S> type) {
                return null;
            }
        };
        return new Context(host, budget).withWaker(wakes::incrementAndGet);
    }

    private PublisherSource<Integer> source(int prefetch) {
        return new PublisherSource<>(publisher, prefetch);
    }

    /** A source that has subscribed and made its first request. */
    private PublisherSource<Integer> started(int prefetch) throws Exception {
        PublisherSource<Integer> source = source(prefetch);
        assertThat(source.poll(cx)).isNull();
        return source;
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE, (1 << 30) + 1})
    void refusesAPrefetchOutOfRange(int prefetch) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> source(prefetch))
                .withMessageContaining("prefetch")
                .withMessageContaining(Integer.toString(prefetch));
        assertThatNullPointerException().isThrownBy(() -> new PublisherSource<>((Publisher<?>) null));
    }

    @Test
    void subscribesWithTheFirstPollAndNotBefore() throws Exception {
        PublisherSource<Integer> source = source(2);
        assertThat(source.isDone()).isFalse();
        assertThat(publisher.subscriptions).hasValue(0);
        source.poll(cx);
        source.poll(cx);
        assertThat(publisher.subscriptions).hasValue(1);
        assertThat(publisher.requested).hasValue(2);
    }

    @Test
    void neverSubscribesIfClosedBefore() {
        source(2).close();
        assertThat(publisher.subscriptions).hasValue(0);
    }

    @Test
    void withAPrefetchOfOneRequestsOnlyWhenPolledAndEmpty() throws Exception {
        PublisherSource<Integer> source = started(1);
        assertThat(publisher.requested).hasValue(1);
        publisher.subscriber.onNext(7);
        assertThat(source.poll(cx)).isEqualTo(7);
        assertThat(publisher.requested)
                .as("the item was taken, another not asked for")
                .hasValue(1);
        assertThat(source.poll(cx)).isNull();
        assertThat(publisher.requested).hasValue(2);
        assertThat(source.poll(cx)).isNull();
        assertThat(publisher.requested).hasValue(2);
    }

    @Test
    void replenishesWhenThreeQuartersAreTaken() throws Exception {
        PublisherSource<Integer> source = started(8);
        for (int i = 0; i < 8; i++) {
            publisher.subscriber.onNext(i);
        }
        for (int i = 0; i < 6; i++) {
            assertThat(publisher.requested).hasValue(8);
            assertThat(source.poll(cx)).isEqualTo(i);
        }
        assertThat(source.poll(cx)).isEqualTo(6);
        assertThat(publisher.requested).hasValue(14);
        assertThat(publisher.requests).hasValue(2);
    }

    @Test
    void isWokenByAnItemOnceAndOnlyWhileItWaits() throws Exception {
        PublisherSource<Integer> source = started(8);
        publisher.subscriber.onNext(1);
        publisher.subscriber.onNext(2);
        assertThat(wakes).hasValue(1);
        assertThat(source.poll(cx)).isEqualTo(1);
        publisher.subscriber.onNext(3);
        assertThat(wakes).hasValue(1);
        assertThat(source.poll(cx)).isEqualTo(2);
        assertThat(source.poll(cx)).isEqualTo(3);
        assertThat(source.poll(cx)).isNull();
        publisher.subscriber.onNext(4);
        assertThat(wakes).hasValue(2);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.reactive.Matrix#pairs")
    void takesWhatASynchronousPublisherEmitsInsideRequestWithoutAWake(int prefetch, int budget) throws Exception {
        AtomicInteger next = new AtomicInteger();
        publisher.onRequest(n -> {
            for (long i = 0; i < n; i++) {
                publisher.subscriber.onNext(next.getAndIncrement());
            }
        });
        PublisherSource<Integer> source = source(prefetch);
        Context small = contextWith(budget);
        for (int i = 0; i < 1_000; i++) {
            Integer item = source.poll(small);
            if (item == null) {
                assertThat(small.budget().isExhausted()).isTrue();
                small.budget().refill();
                item = source.poll(small);
            }
            assertThat(item).isEqualTo(i);
        }
        assertThat(wakes.get()).as("wakes but for the budget").isEqualTo((int)
                small.budget().exhaustions());
        assertThat(next.get()).isLessThanOrEqualTo(1_000 + prefetch);
    }

    @Test
    void isWokenByTheSubscriptionIfThatComesLater() throws Exception {
        publisher.handingOverLater();
        PublisherSource<Integer> source = started(2);
        publisher.subscriber.onSubscribe(publisher);
        assertThat(publisher.requested)
                .as("requests come from polls only (§2.7)")
                .hasValue(0);
        assertThat(wakes).hasValue(1);
        source.poll(cx);
        assertThat(publisher.requested).hasValue(2);
    }

    @Test
    void deliversWhatIsThereBeforeTheEnd() throws Exception {
        PublisherSource<Integer> source = started(4);
        publisher.subscriber.onNext(1);
        publisher.subscriber.onNext(2);
        publisher.subscriber.onComplete();
        assertThat(source.isDone()).isFalse();
        assertThat(source.poll(cx)).isEqualTo(1);
        assertThat(source.poll(cx)).isEqualTo(2);
        assertThat(source.isDone()).isTrue();
        assertThat(source.poll(cx)).isNull();
        source.close();
        assertThat(publisher.cancels).as("nobody cancels what has ended (§2.4)").hasValue(0);
    }

    @Test
    void failsWithTheErrorItselfAfterTheItems() throws Exception {
        PublisherSource<Integer> source = started(4);
        Throwable failure = new Throwable("neither exception nor error");
        publisher.subscriber.onNext(1);
        publisher.subscriber.onError(failure);
        assertThat(source.poll(cx)).isEqualTo(1);
        assertThat(source.isDone()).isTrue();
        assertThatThrownBy(() -> source.poll(cx)).isSameAs(failure);
        source.close();
        assertThat(publisher.cancels).hasValue(0);
    }

    @Test
    void wakesForTheEndEvenWhenNobodyWaitsForItems() throws Exception {
        PublisherSource<Integer> source = started(4);
        publisher.subscriber.onNext(1);
        assertThat(source.poll(cx)).isEqualTo(1);
        int before = wakes.get();
        publisher.subscriber.onError(new Exception("late"));
        assertThat(wakes.get()).isGreaterThan(before);
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void aFailureAfterANullIsNotTakenForCompletion() throws Exception {
        PublisherSource<Integer> source = started(4);
        Exception failure = new Exception("between poll and isDone");
        publisher.subscriber.onError(failure);
        assertThat(source.isDone()).as("null and done would mean completed").isFalse();
        assertThatThrownBy(() -> source.poll(cx)).isSameAs(failure);
        assertThat(source.isDone()).isTrue();
    }

    @Test
    void theEndIsToldEvenWithoutBudget() throws Exception {
        PublisherSource<Integer> source = started(4);
        Exception failure = new Exception("no");
        Context poor = contextWith(1);
        assertThat(poor.charge()).isTrue();
        assertThat(source.poll(poor)).isNull();
        publisher.subscriber.onError(failure);
        assertThatThrownBy(() -> source.poll(poor)).isSameAs(failure);
    }

    @Test
    void closeCancelsOnceAndReleasesTheItems() throws Exception {
        PublisherSource<Integer> source = started(4);
        publisher.subscriber.onNext(1);
        source.close();
        assertThat(publisher.cancels).hasValue(1);
        publisher.subscriber.onNext(2); // §2.8: may be on its way
        List<Throwable> told = new ArrayList<>();
        Exception late = new Exception("late");
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            publisher.subscriber.onError(late);
            publisher.subscriber.onError(late);
        } finally {
            Drops.listen(null);
        }
        publisher.subscriber.onComplete();
        assertThat(wakes).as("woken by the first item alone").hasValue(1);
        assertThat(told).as("nobody else would hear of it").containsExactly(late, late);
    }

    @Test
    void aSubscriptionThatComesAfterCloseIsCancelled() throws Exception {
        publisher.handingOverLater();
        PublisherSource<Integer> source = started(4);
        source.close();
        publisher.subscriber.onSubscribe(publisher);
        assertThat(publisher.cancels).hasValue(1);
        assertThat(publisher.requests).hasValue(0);
    }

    @Test
    void aSecondSubscriptionIsCancelledAndTheFirstLivesOn() throws Exception {
        PublisherSource<Integer> source = started(4);
        AtomicInteger cancelled = new AtomicInteger();
        publisher.subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                throw new AssertionError("requested from the newcomer");
            }

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        });
        assertThat(cancelled).hasValue(1);
        assertThat(publisher.cancels).hasValue(0);
        publisher.subscriber.onNext(1);
        assertThat(source.poll(cx)).isEqualTo(1);
    }

    @Test
    void nullsAreRefusedOnTheSpot() throws Exception {
        PublisherSource<Integer> source = started(4);
        assertThatNullPointerException().isThrownBy(() -> publisher.subscriber.onSubscribe(null));
        assertThatNullPointerException().isThrownBy(() -> publisher.subscriber.onNext(null));
        assertThatNullPointerException().isThrownBy(() -> publisher.subscriber.onError(null));
        assertThat(source.isDone()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void moreThanRequestedFailsNamingTheRule(int prefetch) throws Exception {
        PublisherSource<Integer> source = started(prefetch);
        for (int i = 0; i <= prefetch; i++) {
            publisher.subscriber.onNext(i);
        }
        for (int i = 0; i < prefetch; i++) {
            assertThat(source.poll(cx)).isEqualTo(i);
        }
        assertThatThrownBy(() -> source.poll(cx)).hasMessageContaining("§1.1");
        assertThat(source.isDone()).isTrue();
        source.close();
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void anItemThatWasNotRequestedFailsEvenIfThereIsRoom() throws Exception {
        PublisherSource<Integer> source = started(1);
        publisher.subscriber.onNext(1);
        assertThat(source.poll(cx)).isEqualTo(1);
        publisher.subscriber.onNext(2);
        assertThatThrownBy(() -> source.poll(cx)).hasMessageContaining("§1.1");
    }

    @Test
    void onNextBeforeOnSubscribeFailsNamingTheRule() throws Exception {
        publisher.handingOverLater();
        PublisherSource<Integer> source = started(1);
        publisher.subscriber.onNext(1);
        assertThatThrownBy(() -> source.poll(cx)).hasMessageContaining("§1.9");
    }

    @Test
    void throwsOfAPublisherAreContained() throws Exception {
        IllegalStateException thrown = new IllegalStateException("evil");
        PublisherSource<Integer> subscribing = new PublisherSource<>(s -> {
            throw thrown;
        });
        assertThatThrownBy(() -> subscribing.poll(cx))
                .hasMessageContaining("§1.9")
                .hasCause(thrown);

        publisher.onRequest(n -> {
            throw thrown;
        });
        PublisherSource<Integer> requesting = source(1);
        assertThatThrownBy(() -> requesting.poll(cx))
                .hasMessageContaining("§3.16")
                .hasCause(thrown);
        requesting.close();
        assertThat(publisher.cancels).hasValue(1);
    }

    @Test
    void aThrowingCancelIsReportedAndNotThrown() throws Exception {
        IllegalStateException thrown = new IllegalStateException("evil");
        PublisherSource<Integer> source = new PublisherSource<>(s -> s.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {}

            @Override
            public void cancel() {
                throw thrown;
            }
        }));
        source.poll(cx);
        List<Throwable> reported = new ArrayList<>();
        Thread thread = Thread.currentThread();
        Thread.UncaughtExceptionHandler before = thread.getUncaughtExceptionHandler();
        thread.setUncaughtExceptionHandler((t, e) -> reported.add(e));
        try {
            source.close();
        } finally {
            thread.setUncaughtExceptionHandler(before);
        }
        assertThat(reported)
                .singleElement()
                .satisfies(e -> assertThat(e).hasMessageContaining("§3.15").hasCause(thrown));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void survivesAHundredThousandSignalsFromFourThreads(int prefetch) throws Exception {
        PublisherSource<Integer> source = started(prefetch);
        CountDownLatch start = new CountDownLatch(1);
        Thread[] threads = new Thread[4];
        List<Throwable> thrown = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int t = 0; t < threads.length; t++) {
            int seed = t;
            threads[t] = new Thread(() -> {
                try {
                    start.await();
                    for (int i = 0; i < 25_000; i++) {
                        switch ((i + seed) % 50) {
                            case 17 -> publisher.subscriber.onSubscribe(EndedSubscription.INSTANCE);
                            case 49 -> {
                                if (i > 10_000) {
                                    publisher.subscriber.onError(new Exception("evil"));
                                }
                            }
                            default -> publisher.subscriber.onNext(i);
                        }
                    }
                } catch (Throwable e) {
                    thrown.add(e);
                }
            });
            threads[t].setUncaughtExceptionHandler((thread, late) -> {}); // where Drops puts what comes too late
            threads[t].start();
        }
        start.countDown();
        long taken = 0;
        Throwable end = null;
        int left = prefetch + 1; // polls when all was signalled: for each item that is held, and for the failure
        while (end == null && left > 0) {
            left -= Stream.of(threads).anyMatch(Thread::isAlive) ? 0 : 1;
            cx.budget().refill();
            try {
                if (source.poll(cx) != null) {
                    taken++;
                }
            } catch (Exception failure) {
                end = failure;
            }
        }
        assertThat(end).isNotNull();
        assertThat(taken).isLessThanOrEqualTo(publisher.requested.get());
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(thrown).isEmpty();
        assertThat(source.isDone()).isTrue();
        source.close();
    }
}
