package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Sink;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

class AsyncStreamTest {
    private final Rig rig = new Rig(128);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void a_chain_gives_what_a_loop_would_give(int budget) throws Exception {
        List<String> seen = new Rig(budget)
                .run(AsyncStream.range(0, 1000)
                        .filter(n -> n % 3 == 0)
                        .map(n -> "n" + n)
                        .take(4)
                        .collect(Collectors.toList()));

        assertThat(seen).containsExactly("n0", "n3", "n6", "n9");
    }

    @Test
    void a_recipe_runs_many_times() throws Exception {
        AsyncStream<String> stream = AsyncStream.of("a", "b");
        List<String> seen = new ArrayList<>();

        assertThat(rig.run(stream.forEach(seen::add))).isEqualTo(2);
        assertThat(rig.run(stream.forEach(seen::add))).isEqualTo(2);

        assertThat(seen).containsExactly("a", "b", "a", "b");
    }

    @Test
    void of_names_the_item_that_is_null() {
        assertThatNullPointerException()
                .isThrownBy(() -> AsyncStream.of("a", null))
                .withMessage("of: item 1 is null");
    }

    @Test
    void bad_arguments_are_named_at_once_and_nothing_is_opened() {
        Feed feed = new Feed(rig, 0);
        AsyncStream<Integer> stream = feed.stream(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.take(-1))
                .withMessage("count must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.buffer(0))
                .withMessage("size must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.flatMap(n -> stream, 0))
                .withMessage("concurrency must be at least 1, was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stream.timeout(Duration.ofSeconds(-1)))
                .withMessage("duration must not be negative, was PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> AsyncStream.fromPublisher(stream, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> AsyncStream.interval(Duration.ZERO));
        assertThatNullPointerException()
                .isThrownBy(() -> stream.map(null).open())
                .withMessage("mapper");
        assertThatNullPointerException().isThrownBy(() -> stream.forEach(null)).withMessage("consumer");
        assertThatNullPointerException()
                .isThrownBy(() -> stream.reduce(null, (a, b) -> a))
                .withMessage("seed");
        assertThat(feed.opened).isEmpty();
    }

    @Test
    void ends_give_their_results_and_close() throws Exception {
        Feed feed = new Feed(rig, 1);
        AsyncStream<Integer> stream = feed.stream(1, 2, 3);

        assertThat(rig.run(stream.toList())).containsExactly(1, 2, 3);
        assertThat(rig.run(stream.count())).isEqualTo(3);
        assertThat(rig.run(stream.reduce("", (a, n) -> a + n))).isEqualTo("123");
        assertThat(rig.run(stream.reduce(Integer::sum))).contains(6);
        assertThat(rig.run(feed.<Integer>stream().reduce(Integer::sum))).isEmpty();
        assertThat(rig.run(stream.first())).contains(1);
        assertThat(rig.run(feed.stream().first())).isEmpty();
        assertThat(rig.run(stream.collect(Collectors.summingInt(n -> n)))).isEqualTo(6);
        feed.assertAllClosed();
    }

    @Test
    void ends_throw_the_failure_of_the_stream_and_close() {
        for (Feed.Failing failing : Feed.Failing.values()) {
            Feed feed = new Feed(rig, 0, 1, failing);
            assertThatThrownBy(() -> rig.run(feed.stream(1, 2).toList())).isInstanceOf(Feed.Injected.class);
            feed.taken = 0;
            assertThatThrownBy(() -> rig.run(feed.stream(1, 2).reduce(Integer::sum)))
                    .isInstanceOf(Feed.Injected.class);
            feed.taken = 1;
            assertThatThrownBy(() -> rig.run(feed.stream(1, 2).first())).isInstanceOf(Feed.Injected.class);
            feed.assertAllClosed();
        }
    }

    @Test
    void a_run_that_is_given_up_before_it_began_closes_what_it_opened() {
        Feed feed = new Feed(rig, 0);
        feed.stream(1).count().close();
        assertThat(feed.opened).hasSize(1);
        feed.assertAllClosed();
    }

    @Test
    void into_asks_for_an_item_only_when_the_sink_has_room() throws Exception {
        Feed feed = new Feed(rig, 0);
        List<Integer> sent = new ArrayList<>();
        Sink<Integer> oneARound = new Sink<>() {
            private boolean room = true;

            @Override
            public boolean pollReady(Context cx) {
                if (!room) {
                    room = true;
                    assertThat(feed.taken).isEqualTo(sent.size());
                    cx.waker().wake();
                    return false;
                }
                return true;
            }

            @Override
            public void send(Integer item) {
                room = false;
                sent.add(item);
            }

            @Override
            public boolean pollFlush(Context cx) {
                return true;
            }

            @Override
            public boolean pollFinish(Context cx) {
                return true;
            }

            @Override
            public void close() {}
        };

        assertThat(rig.run(feed.stream(1, 2, 3).into(oneARound))).isEqualTo(3);

        assertThat(sent).containsExactly(1, 2, 3);
        feed.assertAllClosed();
    }

    @Test
    void a_run_is_a_task_and_a_stream_tells_its_runtime() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).name("mine").build()) {
            AsyncStream<String> threads = AsyncStream.of(1)
                    .on(runtime)
                    .map(n -> Thread.currentThread().getName());

            assertThat(threads.toList().run().join()).singleElement().asString().contains("mine");
            assertThat(AsyncStream.range(0, 10_000).count().run(runtime).join()).isEqualTo(10_000);
            assertThat(runtime.<Long>blockOn(AsyncStream.range(0, 10).count())).isEqualTo(10);

            JoinHandle<Long> never = AsyncStream.never().count().run(runtime);
            never.cancel();
            assertThatThrownBy(never::join).isInstanceOf(CancellationException.class);
        }
    }

    @Test
    void a_subscriber_gets_what_it_requests_on_the_runtime_of_the_stream() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).name("mine").build()) {
            CountDownLatch closed = new CountDownLatch(1);
            Received received = new Received();
            AsyncStream.range(0, 100)
                    .map(n -> n + Thread.currentThread().getName().replaceAll("mine.*", "mine"))
                    .onClose(closed::countDown)
                    .on(runtime)
                    .subscribe(received);

            received.subscription().request(2);
            assertThat(received.next()).isEqualTo("0mine");
            assertThat(received.next()).isEqualTo("1mine");
            assertThat(received.signals).isEmpty();
            received.subscription().cancel();
            assertThat(closed.await(10, TimeUnit.SECONDS)).isTrue();
            assertThat(received.signals).isEmpty();
        }
    }

    @Test
    void a_stream_without_a_runtime_runs_on_that_of_the_process() throws Exception {
        Received received = new Received();
        AsyncStream.of("a").subscribe(received);
        received.subscription().request(1);
        assertThat(received.next()).isEqualTo("a");
        assertThat(received.next()).isEqualTo("complete");
    }

    @Test
    void publishers_are_adopted_with_exact_demand_and_streams_as_they_are() throws Exception {
        AsyncStream<Integer> stream = AsyncStream.of(1);
        assertThat(AsyncStream.from(stream)).isSameAs(stream);

        Received received = new Received();
        AsyncStream<String> foreign = AsyncStream.from(subscriber -> subscriber.onSubscribe(new Subscription() {
            @Override
            public void request(long n) {
                received.signals.add("request " + n);
                subscriber.onNext("item");
            }

            @Override
            public void cancel() {
                received.signals.add("cancel");
            }
        }));
        assertThat(rig.run(foreign.map(s -> s + "!").take(2).toList())).containsExactly("item!", "item!");
        assertThat(received.signals).containsExactly("request 1", "request 1", "cancel");
    }

    @Test
    void the_publishers_of_the_JDK_are_adopted_and_served() throws Exception {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
                SubmissionPublisher<Integer> submissions = new SubmissionPublisher<>()) {
            JoinHandle<List<Integer>> list = AsyncStream.<Integer>fromFlow(submissions)
                    .mergeWith(AsyncStream.from(AsyncStream.of(1, 2).open()))
                    .take(3)
                    .toList()
                    .run(runtime);
            await().atMost(Duration.ofSeconds(10)).until(submissions::hasSubscribers);
            submissions.submit(3);
            assertThat(list.join(Duration.ofSeconds(10))).containsExactlyInAnyOrder(1, 2, 3);

            AsyncStream<Integer> round =
                    AsyncStream.fromFlow(AsyncStream.of(1, 2).toFlow());
            assertThat(round.toList().run(runtime).join()).containsExactly(1, 2);
        }
    }

    @Test
    void a_failure_reaches_the_subscriber_without_demand() throws Exception {
        Received received = new Received();
        AsyncStream.<String>failed(new IOException("x")).map(s -> s).subscribe(received);
        assertThat(received.next()).isEqualTo("error java.io.IOException: x");
    }

    private static final class Received implements Subscriber<String> {
        final BlockingQueue<String> signals = new LinkedBlockingQueue<>();
        private final BlockingQueue<Subscription> subscriptions = new LinkedBlockingQueue<>();

        Subscription subscription() throws InterruptedException {
            Subscription subscription = subscriptions.poll(10, TimeUnit.SECONDS);
            assertThat(subscription).isNotNull();
            subscriptions.add(subscription);
            return subscription;
        }

        @Nullable String next() throws InterruptedException {
            return signals.poll(10, TimeUnit.SECONDS);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscriptions.add(subscription);
        }

        @Override
        public void onNext(String item) {
            signals.add(item);
        }

        @Override
        public void onError(Throwable failure) {
            signals.add("error " + failure);
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }
}
