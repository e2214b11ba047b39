package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.AsyncStream;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Source;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSubscriptionTest {
    private static final String PAIRS = "dev.weir.stream.reactive.Matrix#pairs";

    private final Probe<Integer> probe = new Probe<>();
    private StepScheduler scheduler = new StepScheduler(Budget.DEFAULT);
    private JoinHandle<Void> handle;

    private void subscribe(Source<Integer> source, int batch) {
        handle = scheduler.spawn(new SourceSubscription<>(source, probe, batch));
    }

    private void subscribe(Source<Integer> source) {
        subscribe(source, Budget.DEFAULT);
    }

    private static List<Integer> firstNumbers(int n) {
        return IntStream.range(0, n).boxed().toList();
    }

    @Test
    void subscribesInsideTheFirstPollAndEmitsAfterOnSubscribeHasReturned() {
        probe.onSubscribe(p -> p.request(2));
        subscribe(Items.endless());
        assertThat(probe.subscription).isNull();
        scheduler.run();
        assertThat(probe.items).containsExactly(0, 1);
        probe.assertNoBreach();
    }

    @Test
    void requestAndCancelOnlyRecord() {
        subscribe(Items.endless());
        scheduler.run();
        probe.request(5);
        assertThat(probe.items).isEmpty();
        scheduler.run();
        assertThat(probe.items).hasSize(5);
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void emitsExactlyWhatIsRequested(int batch, int budget) {
        scheduler = new StepScheduler(budget);
        Items source = Items.endless();
        subscribe(source, batch);
        scheduler.run();
        int total = 0;
        for (int n : new int[] {1, 3, 2, 1, 300, 1}) {
            probe.request(n);
            total += n;
            scheduler.run();
            assertThat(probe.items).isEqualTo(firstNumbers(total));
        }
        probe.assertNoBreach();
        assertThat(source.polls).as("polls without demand").isLessThan(2 * total + 2);
    }

    @Test
    void anItemCostsOneUnitOfTheBudgetThoughItsLeafChargesForItAsWell() {
        for (AsyncStream<Integer> stream : List.of(
                AsyncStream.range(0, 4 * Budget.DEFAULT),
                AsyncStream.range(0, 4 * Budget.DEFAULT).map(n -> n).filter(n -> true))) {
            StepScheduler runtime = new StepScheduler(Budget.DEFAULT);
            Probe<Integer> all = new Probe<>();
            all.onSubscribe(p -> p.request(Long.MAX_VALUE));
            runtime.spawn(new SourceSubscription<>(stream.open(), all, Integer.MAX_VALUE));
            assertThat(runtime.run()).as("turns").isEqualTo(4);
            assertThat(all.items).isEqualTo(firstNumbers(4 * Budget.DEFAULT));
            assertThat(all.isCompleted()).isTrue();
        }
    }

    @Test
    void whatIsDoneThrowsIsToldAndNoShutdown() {
        IllegalStateException thrown = new IllegalStateException("law S3: never throws");
        AtomicInteger closes = new AtomicInteger();
        subscribe(new Source<>() {
            @Override
            public Integer poll(Context cx) {
                return null;
            }

            @Override
            public boolean isDone() {
                throw thrown;
            }

            @Override
            public void close() {
                closes.incrementAndGet();
            }
        });
        scheduler.run();
        assertThat(probe.failure).isSameAs(thrown);
        assertThat(closes).hasValue(1);
        assertThat(handle.isDone()).isTrue();
        probe.assertNoBreach();
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void completesWithoutDemandForTheEnd(int batch, int budget) {
        scheduler = new StepScheduler(budget);
        Items source = Items.upTo(3);
        subscribe(source, batch);
        scheduler.run();
        probe.request(3);
        scheduler.run();
        assertThat(probe.items).containsExactly(0, 1, 2);
        assertThat(probe.isCompleted()).isTrue();
        assertThat(source.closes).hasValue(1);
        assertThat(handle.isDone()).isTrue();
        probe.assertNoBreach();
    }

    @Test
    void emptyAndFailedSourcesEndWithoutAnyRequest() {
        subscribe(Items.upTo(0));
        scheduler.run();
        assertThat(probe.isCompleted()).isTrue();

        IllegalStateException failure = new IllegalStateException("no");
        Probe<Integer> other = new Probe<>();
        Items failed = Items.thenFail(0, failure);
        scheduler.spawn(new SourceSubscription<>(failed, other, 1));
        scheduler.run();
        assertThat(other.failure).isSameAs(failure);
        assertThat(failed.closes).hasValue(1);
        other.assertNoBreach();
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void failsAfterTheItemsBefore(int batch, int budget) {
        scheduler = new StepScheduler(budget);
        Error failure = new AssertionError("even an error");
        Items source = Items.thenFail(4, failure);
        probe.onSubscribe(p -> p.request(Long.MAX_VALUE));
        subscribe(source, batch);
        scheduler.run();
        assertThat(probe.items).containsExactly(0, 1, 2, 3);
        assertThat(probe.failure).isSameAs(failure);
        assertThat(source.closes).hasValue(1);
        assertThat(scheduler.undeliverable).isEmpty();
        probe.assertNoBreach();
    }

    @Test
    void learnsOfAFailureThatComesBetweenNullAndIsDone() {
        IllegalStateException failure = new IllegalStateException("in between");
        Source<Integer> racing = new Source<>() {
            private int polls;

            @Override
            public Integer poll(Context cx) {
                if (polls++ == 0) {
                    return null;
                }
                throw failure;
            }

            @Override
            public boolean isDone() {
                return polls > 0;
            }

            @Override
            public void close() {}
        };
        probe.onSubscribe(p -> p.request(1));
        subscribe(racing);
        scheduler.run();
        assertThat(probe.failure).isSameAs(failure);
    }

    @Test
    void yieldsToItsPeersEvenIfTheSourceChargesNothing() {
        scheduler = new StepScheduler(4);
        probe.onSubscribe(p -> p.request(Long.MAX_VALUE));
        subscribe(Items.uncharged(100), 1_000);
        assertThat(scheduler.run()).isGreaterThanOrEqualTo(100 / 5);
        assertThat(probe.items).hasSize(100);
    }

    @Test
    void neverEmitsMoreThanABatchInOnePoll() {
        probe.onSubscribe(p -> p.request(Long.MAX_VALUE));
        subscribe(Items.upTo(100), 5);
        assertThat(scheduler.run()).isBetween(20, 22);
        assertThat(probe.isCompleted()).isTrue();
    }

    @Test
    void anIdleSubscriptionIsNotPolled() {
        subscribe(Items.endless());
        scheduler.run();
        probe.request(3);
        scheduler.run();
        int polls = scheduler.polls();
        assertThat(scheduler.run()).isZero();
        assertThat(scheduler.polls()).isEqualTo(polls);
    }

    @ParameterizedTest
    @CsvSource({
        "0,BEFORE",
        "-1,BEFORE",
        "-9223372036854775808,BEFORE",
        "0,DURING",
        "-1,DURING",
        "-9223372036854775808,DURING",
        "0,IDLE",
        "-1,IDLE",
        "-9223372036854775808,IDLE"
    })
    void refusesDemandThatIsNotPositive(long n, When when) {
        Items source = Items.endless();
        switch (when) {
            case BEFORE -> probe.onSubscribe(p -> p.request(n));
            case DURING -> probe.onSubscribe(p -> p.request(10)).onNext((p, item) -> p.request(n));
            case IDLE -> {}
        }
        subscribe(source);
        scheduler.run();
        if (when == When.IDLE) {
            probe.request(n);
            assertThat(probe.terminals).as("not on the caller's thread").isZero();
            scheduler.run();
        }
        assertThat(probe.failure)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3.9")
                .hasMessageContaining(Long.toString(n));
        assertThat(probe.items).hasSize(when == When.DURING ? 1 : 0);
        assertThat(source.closes).hasValue(1);
        probe.assertNoBreach();
    }

    enum When {
        BEFORE,
        DURING,
        IDLE
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE, 1, Long.MAX_VALUE})
    void requestsAfterTheEndDoNothing(long n) {
        subscribe(Items.upTo(0));
        scheduler.run();
        probe.subscription.request(n);
        probe.subscription.cancel();
        assertThat(scheduler.run()).isZero();
        assertThat(probe.isCompleted()).isTrue();
    }

    @Test
    void cancelWinsOverABreach() {
        subscribe(Items.endless());
        scheduler.run();
        probe.request(-1);
        probe.cancel();
        scheduler.run();
        assertThat(probe.terminals).isZero();
    }

    @Test
    void cancelClosesTheSourceOnTheTaskAndIsIdempotent() {
        Items source = Items.endless();
        subscribe(source);
        scheduler.run();
        probe.cancel();
        probe.cancel();
        assertThat(source.closes).as("not on the canceller's thread").hasValue(0);
        scheduler.run();
        probe.cancel();
        scheduler.run();
        assertThat(source.closes).hasValue(1);
        assertThat(handle.isDone()).isTrue();
        assertThat(probe.terminals).isZero();
    }

    @ParameterizedTest
    @MethodSource(PAIRS)
    void nothingFollowsACancelFromWithinASignal(int batch, int budget) {
        scheduler = new StepScheduler(budget);
        probe.onSubscribe(p -> p.request(Long.MAX_VALUE)).onNext((p, item) -> {
            if (item == 2) {
                p.cancel();
            }
        });
        Items source = Items.upTo(5);
        subscribe(source, batch);
        scheduler.run();
        assertThat(probe.items).containsExactly(0, 1, 2);
        assertThat(probe.terminals).isZero();
        assertThat(source.closes).hasValue(1);
        probe.assertNoBreach();
    }

    @Test
    void cancelFromOnSubscribeNeverPullsAnItem() {
        Items source = Items.endless();
        probe.onSubscribe(p -> {
            p.request(1);
            p.cancel();
        });
        subscribe(source);
        scheduler.run();
        assertThat(source.polls).isZero();
        assertThat(source.closes).hasValue(1);
        assertThat(probe.terminals).isZero();
    }

    @Test
    void shutdownEndsALiveStreamWithAnErrorThatNamesIt() {
        Items source = Items.endless();
        subscribe(source);
        scheduler.run();
        handle.cancel();
        scheduler.run();
        assertThat(probe.failure).isInstanceOf(CancellationException.class).hasMessageContaining("shutdown");
        assertThat(source.closes).hasValue(1);
        probe.assertNoBreach();
    }

    @Test
    void shutdownBeforeTheFirstPollSubscribesAndFails() {
        Items source = Items.endless();
        subscribe(source);
        handle.cancel();
        scheduler.run();
        assertThat(probe.subscription).isNotNull();
        assertThat(probe.failure).hasMessageContaining("shutdown");
        assertThat(source.polls).isZero();
        assertThat(source.closes).hasValue(1);
        probe.assertNoBreach();
    }

    @Test
    void shutdownAfterACancelSaysNothing() {
        subscribe(Items.endless());
        scheduler.run();
        probe.cancel();
        handle.cancel();
        scheduler.run();
        assertThat(probe.terminals).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"onSubscribe", "onNext", "onError", "onComplete"})
    void aThrowingSignalEndsTheStreamAndIsReportedOnce(String signal) {
        for (Throwable thrown : List.of(
                new RuntimeException("r"), new StackOverflowError(), new Exception("checked"), new LinkageError())) {
            StepScheduler runtime = new StepScheduler(Budget.DEFAULT);
            Items source = signal.equals("onError") ? Items.thenFail(1, new Exception("f")) : Items.upTo(1);
            Probe<Integer> subscriber = new Probe<Integer>()
                    .onSubscribe(p -> {
                        p.request(1);
                        throwIf(signal.equals("onSubscribe"), thrown);
                    })
                    .onNext((p, item) -> throwIf(signal.equals("onNext"), thrown))
                    .onEnd(p -> throwIf(signal.startsWith("onError") || signal.equals("onComplete"), thrown));
            JoinHandle<Void> task = runtime.spawn(new SourceSubscription<>(source, subscriber, 1));
            runtime.run();
            assertThat(runtime.undeliverable).containsExactly(thrown);
            assertThat(source.closes).hasValue(1);
            assertThat(task.isDone()).isTrue();
            subscriber.assertNoBreach();
        }
    }

    @Test
    void aSubscriberThatRethrowsTheFailureIsReportedOnce() {
        Exception failure = new Exception("f");
        probe.onEnd(p -> throwIf(true, failure));
        subscribe(Items.thenFail(0, failure));
        scheduler.run();
        assertThat(scheduler.undeliverable).containsExactly(failure);
        assertThat(failure.getSuppressed()).isEmpty();
    }

    @Test
    void oneThatIsTurnedAwayAndRethrowsTheReasonIsReportedAndDoesNotThrow() {
        IllegalStateException reason = new IllegalStateException("r");
        List<Throwable> reported = new ArrayList<>();
        probe.onEnd(p -> throwIf(true, reason));
        Thread thread = Thread.currentThread();
        thread.setUncaughtExceptionHandler((at, thrown) -> reported.add(thrown));
        try {
            EndedSubscription.refuse(probe, reason);
        } finally {
            thread.setUncaughtExceptionHandler(null);
        }
        assertThat(reported).containsExactly(reason);
    }

    private static void throwIf(boolean condition, Throwable thrown) {
        if (condition) {
            throw Undeliverable.<RuntimeException>sneak(thrown);
        }
    }

    @Test
    void aSourceThatThrowsFromCloseIsReportedAndDoesNotSpoilTheEnd() {
        IllegalStateException thrown = new IllegalStateException("close");
        Source<Integer> source = new Source<>() {
            @Override
            public Integer poll(Context cx) {
                return null;
            }

            @Override
            public boolean isDone() {
                return true;
            }

            @Override
            public void close() {
                throw thrown;
            }
        };
        subscribe(source);
        scheduler.run();
        assertThat(probe.isCompleted()).isTrue();
        assertThat(scheduler.undeliverable).containsExactly(thrown);
    }

    @Test
    void aMillionRequestsFromWithinOnNextNeedLittleStack() throws Exception {
        int count = 1_000_000;
        AtomicLong depth = new AtomicLong();
        AtomicLong deepest = new AtomicLong();
        probe.forgetful().onSubscribe(p -> p.request(1)).onNext((p, item) -> {
            deepest.accumulateAndGet(depth.incrementAndGet(), Math::max);
            p.request(1);
            depth.decrementAndGet();
        });
        subscribe(Items.upTo(count));
        Thread small = new Thread(null, scheduler::run, "small stack", 256 * 1024);
        small.start();
        small.join();
        assertThat(probe.received).isEqualTo(count);
        assertThat(probe.isCompleted()).isTrue();
        assertThat(deepest).hasValue(1);
    }

    @Test
    void demandBeyondTheLargestNumberIsUnbounded() {
        probe.onSubscribe(p -> {
            p.request(Long.MAX_VALUE);
            p.request(Long.MAX_VALUE);
        });
        probe.onNext((p, item) -> p.request(Long.MAX_VALUE));
        subscribe(Items.upTo(1_000));
        scheduler.run();
        assertThat(probe.items).hasSize(1_000);
        assertThat(probe.isCompleted()).isTrue();
        probe.assertNoBreach();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void subscriberAndSourceAreForgottenAtTheEnd(boolean cancel) {
        List<WeakReference<?>> forgotten = new ArrayList<>();
        Items[] source = {cancel ? Items.endless() : Items.upTo(1)};
        @SuppressWarnings({"unchecked", "rawtypes"})
        Probe<Integer>[] subscriber = new Probe[] {new Probe<Integer>()};
        SourceSubscription<Integer> subscription = new SourceSubscription<>(source[0], subscriber[0], 1);
        JoinHandle<Void> task = scheduler.spawn(subscription);
        scheduler.run();
        subscriber[0].request(1);
        scheduler.run();
        subscription.cancel();
        scheduler.run();
        forgotten.add(new WeakReference<>(source[0]));
        forgotten.add(new WeakReference<>(subscriber[0]));
        source[0] = null;
        subscriber[0] = null;
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(forgotten)
                    .allSatisfy(reference -> assertThat(reference.get()).isNull());
        });
        subscription.request(1); // still held by whoever subscribed
        assertThat(task.isDone()).isTrue();
    }
}
