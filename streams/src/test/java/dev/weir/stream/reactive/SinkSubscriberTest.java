package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Sink;
import dev.weir.task.Waker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscription;

class SinkSubscriberTest {
    private final StepScheduler scheduler = new StepScheduler(Budget.DEFAULT);
    private final TaskRuntime runtime = new StepRuntime(scheduler);
    private final ManualPublisher<Integer> upstream = new ManualPublisher<>();
    private final Bucket bucket = new Bucket();

    private SinkSubscriber<Integer> subscribed(int prefetch) {
        SinkSubscriber<Integer> subscriber = new SinkSubscriber<>(bucket, runtime, prefetch);
        upstream.subscribe(subscriber);
        scheduler.run();
        return subscriber;
    }

    @Test
    void refusesBadArguments() {
        assertThatNullPointerException().isThrownBy(() -> new SinkSubscriber<>(null, runtime));
        assertThatNullPointerException().isThrownBy(() -> new SinkSubscriber<>(bucket, null));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SinkSubscriber<>(bucket, runtime, 0))
                .withMessageContaining("prefetch");
    }

    @Test
    void requestsOnlyWhatTheSinkHasRoomFor() {
        subscribed(SinkSubscriber.DEFAULT_PREFETCH);
        assertThat(upstream.requested).as("no room yet").hasValue(0);
        bucket.grow(1);
        scheduler.run();
        assertThat(upstream.requested).hasValue(1);
        upstream.subscriber.onNext(1);
        scheduler.run();
        assertThat(bucket.items).containsExactly(1);
        assertThat(upstream.requested).hasValue(1);
        bucket.grow(3);
        scheduler.run();
        assertThat(upstream.requested).hasValue(2);
    }

    @Test
    void finishesTheSinkAfterTheLastItem() {
        SinkSubscriber<Integer> subscriber = subscribed(4);
        bucket.grow(1);
        scheduler.run();
        upstream.subscriber.onNext(1);
        upstream.subscriber.onNext(2);
        upstream.subscriber.onComplete();
        scheduler.run();
        assertThat(subscriber.transfer().isDone()).isFalse();
        bucket.grow(5);
        scheduler.run();
        assertThat(subscriber.transfer().join()).isEqualTo(2);
        assertThat(bucket.finished).isTrue();
        assertThat(bucket.closes).isEqualTo(1);
        assertThat(upstream.cancels).hasValue(0);
    }

    @Test
    void aPublisherThatFailsClosesTheSinkUnfinished() {
        SinkSubscriber<Integer> subscriber = subscribed(1);
        bucket.grow(1);
        scheduler.run();
        Exception failure = new Exception("upstream");
        upstream.subscriber.onError(failure);
        scheduler.run();
        assertThatThrownBy(() -> subscriber.transfer().join())
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
        assertThat(bucket.finished).isFalse();
        assertThat(bucket.closes).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anEndIsHeardBeforeTheSinkHasAnyRoom(boolean fails) {
        SinkSubscriber<Integer> subscriber = subscribed(1);
        Exception failure = new Exception("upstream");
        if (fails) {
            upstream.subscriber.onError(failure);
        } else {
            upstream.subscriber.onComplete();
        }
        scheduler.run();
        assertThat(bucket.closes).isEqualTo(1);
        assertThat(bucket.finished).isEqualTo(!fails);
        if (fails) {
            assertThatThrownBy(() -> subscriber.transfer().join()).hasCause(failure);
        } else {
            assertThat(subscriber.transfer().join()).isZero();
        }
        assertThat(upstream.requested).hasValue(0);
    }

    @Test
    void aSinkThatFailsCancelsThePublisher() {
        SinkSubscriber<Integer> subscriber = subscribed(1);
        bucket.fail(new IllegalStateException("full"));
        scheduler.run();
        assertThatThrownBy(() -> subscriber.transfer().join()).hasRootCauseMessage("full");
        assertThat(upstream.cancels).hasValue(1);
        assertThat(bucket.closes).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void cancellingTheTransferClosesBothSidesWheneverTheyCome(boolean subscribedBefore) {
        SinkSubscriber<Integer> subscriber = subscribedBefore ? subscribed(1) : new SinkSubscriber<>(bucket, runtime);
        subscriber.transfer().cancel();
        scheduler.run();
        if (!subscribedBefore) {
            upstream.subscribe(subscriber);
        }
        assertThat(upstream.cancels).hasValue(1);
        assertThat(upstream.requests).hasValue(0);
        assertThat(bucket.closes).isEqualTo(1);
        assertThatThrownBy(() -> subscriber.transfer().join()).isInstanceOf(CancellationException.class);
    }

    @Test
    void aSecondSubscriptionIsCancelledEvenAfterTheEnd() {
        subscribed(1);
        ManualPublisher<Integer> second = new ManualPublisher<>();
        second.subscribe(upstream.subscriber);
        assertThat(second.cancels).hasValue(1);
        upstream.subscriber.onComplete();
        bucket.grow(1);
        scheduler.run();
        ManualPublisher<Integer> third = new ManualPublisher<>();
        third.subscribe(upstream.subscriber);
        assertThat(third.cancels).hasValue(1);
        assertThat(upstream.cancels).hasValue(0);
    }

    @Test
    void nullsAreRefusedOnTheSpot() {
        SinkSubscriber<Integer> subscriber = subscribed(1);
        assertThatNullPointerException().isThrownBy(() -> subscriber.onSubscribe((Subscription) null));
        assertThatNullPointerException().isThrownBy(() -> subscriber.onNext(null));
        assertThatNullPointerException().isThrownBy(() -> subscriber.onError(null));
    }

    @Test
    void afterAShutdownBothSidesAreClosed() {
        TaskRuntime ended = TaskRuntime.builder().workers(1).build();
        ended.close();
        SinkSubscriber<Integer> subscriber = new SinkSubscriber<>(bucket, ended);
        upstream.subscribe(subscriber);
        assertThat(subscriber.transfer().isDone()).isTrue();
        assertThat(bucket.closes).isEqualTo(1);
        assertThat(upstream.cancels).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.reactive.Matrix#prefetchBatchBudget")
    void movesEverythingInOrder(int prefetch, int batch, int budget) {
        try (TaskRuntime real = TaskRuntime.builder().workers(2).budget(budget).build()) {
            bucket.grow(Integer.MAX_VALUE);
            SinkSubscriber<Integer> subscriber = new SinkSubscriber<>(bucket, real, prefetch);
            new SourcePublisher<>(() -> Items.upTo(500), () -> real, batch).subscribe(subscriber);
            assertThat(subscriber.transfer().join()).isEqualTo(500);
            assertThat(bucket.items).isEqualTo(IntStream.range(0, 500).boxed().toList());
            assertThat(bucket.closes).isEqualTo(1);
        }
    }

    /** A sink with as much room as the test gives it. */
    private static final class Bucket implements Sink<Integer> {
        final List<Integer> items = new ArrayList<>();
        boolean finished;
        int closes;
        private int room;
        private RuntimeException failure;
        private Waker waker = Waker.noop();

        void grow(int n) {
            room += n;
            waker.wake();
        }

        void fail(RuntimeException thrown) {
            failure = thrown;
            waker.wake();
        }

        @Override
        public boolean pollReady(Context cx) {
            if (failure != null) {
                throw failure;
            }
            waker = cx.waker();
            return room > 0;
        }

        @Override
        public void send(Integer item) {
            room--;
            items.add(item);
        }

        @Override
        public boolean pollFlush(Context cx) {
            return true;
        }

        @Override
        public boolean pollFinish(Context cx) {
            finished = true;
            return true;
        }

        @Override
        public void close() {
            closes++;
        }
    }
}
