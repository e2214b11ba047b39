package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.push.Emitter;
import dev.weir.stream.push.Overflow;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.TaskInfo;
import dev.weir.task.TaskLocal;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Subscriptions that run on whoever asks: no hop, no recursion, and the rules of the specification all the same. */
class OnCallerTest {
    private static class Taker implements Subscriber<Integer> {
        final List<Object> signals = new ArrayList<>();
        final CountDownLatch ended = new CountDownLatch(1);
        private final long first;
        private final long then;

        @Nullable Subscription subscription;

        boolean inside;

        Taker(long first, long then) {
            this.first = first;
            this.then = then;
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
            if (first > 0) {
                given.request(first);
            }
            assertThat(signals).as("nothing is emitted within onSubscribe (P1)").isEmpty();
        }

        @Override
        public void onNext(Integer item) {
            assertThat(inside).as("a signal within a signal (§1.3, §3.3)").isFalse();
            inside = true;
            signals.add(item);
            if (then > 0) {
                Objects.requireNonNull(subscription).request(then);
            }
            inside = false;
        }

        @Override
        public void onError(Throwable failure) {
            signals.add(failure.getMessage());
            ended.countDown();
        }

        @Override
        public void onComplete() {
            signals.add("|");
            ended.countDown();
        }
    }

    @Test
    void a_tiny_stream_is_over_when_subscribe_returns() {
        Taker taker = new Taker(Long.MAX_VALUE, 0);
        Thread[] ran = new Thread[1];
        AsyncStream.of(41)
                .map(n -> {
                    ran[0] = Thread.currentThread();
                    return n + 1;
                })
                .onCaller()
                .subscribe(taker);
        assertThat(taker.signals).containsExactly(42, "|");
        assertThat(ran).containsExactly(Thread.currentThread());
    }

    @Test
    void what_is_bound_in_the_task_of_the_caller_is_hidden_from_it_and_is_there_again_afterwards() {
        TaskLocal<String> user = TaskLocal.named("user");
        List<Object> seen = new ArrayList<>();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AsyncStream<Integer> stream = AsyncStream.of(1)
                    .peek(n -> {
                        seen.add(user.isBound());
                        seen.add(Objects.requireNonNull(TaskInfo.current()).id());
                    })
                    .onCaller();
            JoinHandle<Long> caller = runtime.spawn(user.where("ann", cx -> {
                stream.subscribe(new Taker(1, 0));
                seen.add(user.get());
                return Poll.ready(Objects.requireNonNull(TaskInfo.current()).id());
            }));

            Long itsOwn = caller.join();
            assertThat(seen.get(0)).as("bound").isEqualTo(false);
            assertThat(seen.get(1)).as("task").isNotEqualTo(itsOwn);
            assertThat(seen.get(2)).isEqualTo("ann");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 128})
    void as_many_items_as_were_requested_come_before_request_returns(long n) {
        Taker taker = new Taker(0, 0);
        AsyncStream.range(0, 1_000).onCaller().subscribe(taker);
        assertThat(taker.signals).isEmpty();
        Objects.requireNonNull(taker.subscription).request(n);
        assertThat(taker.signals).hasSize((int) n);
        taker.subscription.cancel();
        taker.subscription.request(5);
        assertThat(taker.signals).hasSize((int) n);
    }

    @Test
    void requests_within_signals_do_not_recurse_however_long_the_stream_is() {
        Taker taker = new Taker(1, 1);
        AsyncStream.range(0, 100_000).onCaller().subscribe(taker);
        assertThat(taker.signals).hasSize(100_001).endsWith(99_999, "|");
    }

    @Test
    void a_stream_subscribed_to_within_a_signal_of_another_comes_after_that_signal() {
        List<Object> order = new ArrayList<>();
        AsyncStream<Integer> inner = AsyncStream.of(1, 2).peek(order::add).onCaller();
        Taker outer = new Taker(Long.MAX_VALUE, 0) {
            @Override
            public void onNext(Integer item) {
                order.add("in");
                inner.subscribe(new Taker(Long.MAX_VALUE, 0));
                order.add("out");
                super.onNext(item);
            }
        };
        AsyncStream.of(7).onCaller().subscribe(outer);
        assertThat(order).containsExactly("in", "out", 1, 2);
    }

    @Test
    void the_end_of_what_is_grouped_comes_with_the_call_that_makes_it() {
        Emitter<Integer> emitter = new Emitter<>(4, Overflow.FAIL);
        Taker taker = new Taker(1, 0);
        AsyncStream.from(emitter.source())
                .groupBy(n -> n, 4)
                .map(GroupedStream::key)
                .onCaller()
                .subscribe(taker);
        emitter.emit(7);
        assertThat(taker.signals).containsExactly(7);
        emitter.complete();
        assertThat(taker.signals).as("without demand (P4)").containsExactly(7, "|");
    }

    @Test
    void a_failure_and_a_breach_end_it_once() {
        Taker failing = new Taker(Long.MAX_VALUE, 0);
        AsyncStream.<Integer>failed(new IllegalStateException("the failure"))
                .onCaller()
                .subscribe(failing);
        assertThat(failing.signals).containsExactly("the failure");
        Taker breaching = new Taker(0, 0);
        AsyncStream.range(0, 3).onCaller().subscribe(breaching);
        Objects.requireNonNull(breaching.subscription).request(-1);
        assertThat(breaching.signals).hasSize(1).first().asString().contains("3.9");
    }

    @Test
    void what_wakes_it_from_elsewhere_goes_on_with_it_there() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Taker taker = new Taker(Long.MAX_VALUE, 0);
            AsyncStream.range(0, 500).detach(runtime, 3).on(runtime).onCaller().subscribe(taker);
            assertThat(taker.ended.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(taker.signals).hasSize(501).endsWith(499, "|");
        }
    }

    @Test
    void a_stream_of_another_runtime_within_a_signal_has_the_services_of_its_own() {
        try (CurrentThreadRuntime one = paused();
                CurrentThreadRuntime two = paused()) {
            List<Long> ticks = new ArrayList<>();
            AsyncStream<Long> timer =
                    AsyncStream.timer(Duration.ofSeconds(1)).on(two).onCaller();
            AsyncStream.of(7).on(one).onCaller().subscribe(new Taker(Long.MAX_VALUE, 0) {
                @Override
                public void onNext(Integer item) {
                    timer.peek(ticks::add).map(tick -> 0).subscribe(new Taker(Long.MAX_VALUE, 0));
                }
            });
            two.elapse(Duration.ofSeconds(1));
            assertThat(ticks).hasSize(1);
        }
    }

    private static CurrentThreadRuntime paused() {
        return TaskRuntime.currentThread().clock(new ManualClock()).build();
    }
}
