package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** Streams of the JDK, threads that block, and subscribers that ask from within. */
class BordersTest {
    private static AsyncStream<Integer> slow(int count) {
        return AsyncStream.range(0, count).delayElements(Duration.ofNanos(1_000));
    }

    @Test
    void an_iterable_is_iterated_again_by_another_run_and_closes_it_at_the_end() {
        AtomicInteger closes = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Iterable<Integer> items =
                    slow(3).onClose(closes::incrementAndGet).on(runtime).toIterable();
            for (int round = 1; round <= 2; round++) {
                List<Integer> seen = new ArrayList<>();
                items.forEach(seen::add);
                assertThat(seen).containsExactly(0, 1, 2);
                assertThat(closes).hasValue(round);
            }
            Iterator<Integer> none =
                    AsyncStream.<Integer>empty().on(runtime).toIterable().iterator();
            assertThat(none.hasNext()).isFalse();
            assertThatThrownBy(none::next).isInstanceOf(NoSuchElementException.class);
        }
    }

    @Test
    void a_stream_of_the_jdk_that_is_closed_early_closes_the_run() {
        AtomicInteger closes = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            try (Stream<Integer> stream =
                    slow(100).onClose(closes::incrementAndGet).on(runtime).toStream()) {
                assertThat(stream.limit(3).toList()).containsExactly(0, 1, 2);
                assertThat(closes).hasValue(0);
            }
            assertThat(closes).hasValue(1);
        }
    }

    /** Has nothing. */
    private static final class Polled implements Source<Integer> {
        final AtomicInteger closes = new AtomicInteger();
        Runnable amidAPoll = () -> {};

        @Override
        public @Nullable Integer poll(Context cx) {
            int before = closes.get();
            amidAPoll.run();
            assertThat(closes).as("closed beside a poll").hasValue(before);
            return null;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {
            closes.incrementAndGet();
        }
    }

    @Test
    void a_stream_of_the_jdk_that_another_thread_closes_cancels_the_read_that_waits() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Polled source = new Polled();
            CountDownLatch polled = new CountDownLatch(1);
            source.amidAPoll = polled::countDown;
            Stream<Integer> stream = AsyncStream.from(source).on(runtime).toStream();
            CompletableFuture<List<Integer>> read = new CompletableFuture<>();
            Thread reader = new Thread(() -> {
                try {
                    read.complete(stream.toList());
                } catch (Throwable thrown) {
                    read.completeExceptionally(thrown);
                }
            });
            reader.setDaemon(true);
            reader.start();
            assertThat(polled.await(10, TimeUnit.SECONDS)).isTrue();

            stream.close();

            assertThat(read)
                    .failsWithin(Duration.ofSeconds(10))
                    .withThrowableThat()
                    .isInstanceOf(CancellationException.class);
            assertThat(source.closes).hasValue(1);
        }
    }

    @Test
    void a_stream_of_the_jdk_that_is_closed_from_within_is_closed_after_the_poll() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Polled source = new Polled();
            Stream<Integer> stream = AsyncStream.from(source).on(runtime).toStream();
            source.amidAPoll = stream::close;

            assertThatThrownBy(stream::toList).isInstanceOf(CancellationException.class);

            assertThat(source.closes).hasValue(1);
        }
    }

    @Test
    void what_is_read_behind_a_close_is_no_end() {
        AtomicInteger closes = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Stream<Integer> stream =
                    slow(100).onClose(closes::incrementAndGet).on(runtime).toStream();
            Iterator<Integer> items = stream.iterator();
            assertThat(items.next()).isZero();
            stream.close();
            stream.close();
            assertThat(closes).hasValue(1);
            assertThatThrownBy(items::hasNext).isInstanceOf(CancellationException.class);
            assertThat(closes).hasValue(1);

            Stream<Integer> all =
                    slow(2).onClose(closes::incrementAndGet).on(runtime).toStream();
            items = all.iterator();
            items.next();
            items.next();
            assertThat(items.hasNext()).isFalse();
            all.close();
            assertThat(items.hasNext()).isFalse();
            assertThat(closes).hasValue(2);
        }
    }

    @Test
    void a_failure_is_thrown_by_hasNext_and_the_run_is_closed() {
        AtomicInteger closes = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Iterator<Integer> items = AsyncStream.of(1, 0)
                    .map(n -> 1 / n)
                    .onClose(closes::incrementAndGet)
                    .on(runtime)
                    .toIterable()
                    .iterator();
            assertThat(items.next()).isEqualTo(1);
            assertThatThrownBy(items::hasNext).hasRootCauseInstanceOf(ArithmeticException.class);
            assertThat(closes).hasValue(1);
            assertThat(items.hasNext()).isFalse();
        }
    }

    @Test
    void a_stream_of_the_jdk_becomes_one_of_ours_once() {
        AtomicInteger closes = new AtomicInteger();
        AsyncStream<Integer> stream = AsyncStream.fromStream(Stream.of(1, 2, 3).onClose(closes::incrementAndGet));
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            assertThat(runtime.blockOn(stream.take(2).toList())).containsExactly(1, 2);
            assertThat(closes).hasValue(1);
            assertThatThrownBy(() -> runtime.blockOn(stream.toList())).hasMessageContaining("one stream");
        }
    }

    @Test
    void a_million_requests_from_within_onNext_keep_the_stack_flat() throws Exception {
        int items = 1_000_000;
        CountDownLatch ended = new CountDownLatch(1);
        AtomicInteger deepest = new AtomicInteger();
        AtomicInteger count = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            AsyncStream.range(0, items)
                    .filter(n -> true)
                    .concatMap(n -> AsyncStream.of(n))
                    .on(runtime)
                    .subscribe(new Subscriber<Integer>() {
                        private @Nullable Subscription subscription;

                        @Override
                        public void onSubscribe(Subscription toUse) {
                            subscription = toUse;
                            toUse.request(1);
                        }

                        @Override
                        public void onNext(Integer item) {
                            if (count.getAndIncrement() % 10_000 == 0) {
                                int depth = new Throwable().getStackTrace().length;
                                deepest.accumulateAndGet(depth, Math::max);
                            }
                            Objects.requireNonNull(subscription).request(1);
                        }

                        @Override
                        public void onError(Throwable failure) {
                            ended.countDown();
                        }

                        @Override
                        public void onComplete() {
                            ended.countDown();
                        }
                    });
            assertThat(ended.await(60, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(count).hasValue(items);
        assertThat(deepest.get()).isBetween(1, 60);
    }

    @Test
    void the_ends_that_stop_early_close_the_run() {
        AtomicInteger closes = new AtomicInteger();
        AtomicInteger taken = new AtomicInteger();
        AsyncStream<Integer> stream =
                AsyncStream.range(0, 100).peek(n -> taken.incrementAndGet()).onClose(closes::incrementAndGet);
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            assertThat(runtime.blockOn(stream.any(n -> n == 3))).isTrue();
            assertThat(taken).hasValue(4);
            assertThat(runtime.blockOn(stream.all(n -> n < 3))).isFalse();
            assertThat(taken).hasValue(8);
            assertThat(runtime.blockOn(stream.hasItems())).isTrue();
            assertThat(taken).hasValue(9);
            assertThat(runtime.blockOn(stream.last())).contains(99);
            assertThat(runtime.blockOn(AsyncStream.empty().last())).isEmpty();
            assertThat(runtime.blockOn(AsyncStream.of(1).single())).isEqualTo(1);
            assertThatThrownBy(() -> runtime.blockOn(stream.single())).hasMessageContaining("more than one");
            assertThatThrownBy(() -> runtime.blockOn(AsyncStream.empty().single()))
                    .hasMessageContaining("no item");
        }
        assertThat(closes).hasValue(5);
    }

    @Test
    void what_a_close_throws_does_not_hide_why_there_is_no_next() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            Iterator<Integer> items = AsyncStream.of(0)
                    .map(n -> 1 / n)
                    .onClose(() -> {
                        throw new IllegalStateException("close");
                    })
                    .on(runtime)
                    .toIterable()
                    .iterator();
            assertThatThrownBy(items::hasNext)
                    .hasRootCauseInstanceOf(ArithmeticException.class)
                    .satisfies(thrown -> assertThat(thrown.getSuppressed())
                            .singleElement()
                            .asString()
                            .contains("close"));
        }
    }
}
