package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.testkit.ScriptedPublisher;
import dev.weir.sync.Broadcast;
import dev.weir.sync.Channel;
import dev.weir.sync.Watch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** P4, where a stream has more than one reader or task: who asks for nothing hears of the end all the same. */
class EndWithoutDemandTest {
    private final IllegalStateException failure = new IllegalStateException("as planned");

    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread().build();
    private final ScriptedPublisher<Integer> upstream = ScriptedPublisher.create();

    @AfterEach
    void close() {
        runtime.close();
    }

    record Operator(String name, Function<AsyncStream<Integer>, AsyncStream<?>> apply) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Operator operator(String name, Function<AsyncStream<Integer>, AsyncStream<?>> apply) {
        return new Operator(name, apply);
    }

    static Stream<Operator> operators() {
        return Stream.of(
                operator("detach", in -> in.detach(4)),
                operator("detach, one place", in -> in.detach(1)),
                operator("onStart", in -> in.onStart(() -> {})),
                operator("onComplete", in -> in.onComplete(() -> {})),
                operator("onTerminate", in -> in.onTerminate(() -> {})),
                operator("peekSignal", in -> in.peekSignal(signal -> {})),
                operator("log", in -> in.log(line -> {})),
                operator("takeUntilOther", in -> in.takeUntilOther(AsyncStream.never())),
                operator("concatMapIterable", in -> in.concatMapIterable(List::of)),
                operator("using", in -> AsyncStream.using(() -> 1, resource -> in, resource -> {})),
                operator("onBackpressureBuffer", in -> in.onBackpressureBuffer(4)),
                operator("onBackpressureReduce", in -> in.onBackpressureReduce(Integer::sum)),
                operator("share", in -> in.share(4)),
                operator("publish", in -> in.publish(4).autoConnect(1)),
                operator("replay", in -> in.replay(4)),
                operator("cache", AsyncStream::cache),
                operator("groupBy", in -> in.groupBy(n -> n, 4)),
                operator("window", in -> in.window(1)),
                operator("windowUntil", in -> in.windowUntil(n -> true, 4)),
                operator("windowWhen", in -> in.windowWhen(AsyncStream.never(), 4)));
    }

    /** What knows its end before anybody has asked; a run that is shared begins with the first request. */
    static Stream<Operator> notShared() {
        return operators()
                .filter(each ->
                        !List.of("share", "publish", "replay", "cache", "using").contains(each.name()));
    }

    /** What goes on behind a failure, and so must know how upstream has ended. */
    static Stream<Operator> recovering() {
        return Stream.of(
                operator("onErrorResume", in -> in.onErrorResume(thrown -> AsyncStream.of(7, 8))),
                operator("onErrorReturn", in -> in.onErrorReturn(7)),
                operator("onErrorComplete", AsyncStream::onErrorComplete),
                operator("timeout", in -> in.timeout(Duration.ofDays(1), AsyncStream.of(7))),
                operator(
                        "timeout, by a stream",
                        in -> in.timeout(AsyncStream.never(), n -> AsyncStream.never(), AsyncStream.of(7))),
                operator("retry", in -> in.retry(1)),
                operator("retryWhen", in -> in.retryWhen(Backoff.fixed(Duration.ofMillis(1)))));
    }

    static Stream<Operator> knownWithTheItem() {
        return Stream.concat(operators(), recovering());
    }

    /** What does not go on, or not with an item. */
    static Stream<Operator> givingUp() {
        return Stream.of(
                operator(
                        "onErrorResume, another type",
                        in -> in.onErrorResume(ArithmeticException.class, thrown -> AsyncStream.of(7))),
                operator(
                        "onErrorResume, the fallback fails",
                        in -> in.onErrorResume(thrown -> AsyncStream.failed(thrown))),
                operator(
                        "onErrorResume, the function throws",
                        in -> in.onErrorResume(thrown -> {
                            throw (IllegalStateException) thrown;
                        })),
                operator("timeout", in -> in.timeout(Duration.ofDays(1), AsyncStream.of(7))),
                operator("retry", in -> in.retry(0)),
                operator("retry, a predicate", in -> in.retry(thrown -> false)),
                operator(
                        "retryWhen",
                        in -> in.retryWhen(Backoff.fixed(Duration.ofMillis(1)).times(0))),
                operator("using", in -> AsyncStream.using(() -> 1, resource -> in, resource -> {})),
                operator("concatMapIterable", in -> in.concatMapIterable(List::of)));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void a_completion_comes_when_all_that_was_asked_for_was_given(Operator operator) {
        Listener<Object> listener = listen(operator.apply().apply(AsyncStream.from(upstream)));
        listener.request(1);
        emit(1);
        assertThat(listener.items).hasSize(1);
        assertThat(listener.ended).isFalse();

        upstream.complete();
        runtime.runUntilIdle();

        assertThat(listener.ended).isTrue();
        assertThat(listener.failure).isNull();
    }

    @ParameterizedTest
    @MethodSource("operators")
    void a_failure_comes_when_all_that_was_asked_for_was_given(Operator operator) {
        Listener<Object> listener = listen(operator.apply().apply(AsyncStream.from(upstream)));
        listener.request(1);
        emit(1);

        upstream.error(failure);
        runtime.runUntilIdle();

        assertThat(listener.failure).isSameAs(failure);
    }

    @ParameterizedTest
    @MethodSource("knownWithTheItem")
    void the_end_comes_with_the_last_item_if_it_is_known_then(Operator operator) {
        Listener<Object> listener = listen(operator.apply().apply(AsyncStream.of(1)));
        listener.request(1);

        assertThat(listener.items).hasSize(1);
        assertThat(listener.ended).isTrue();
        assertThat(listener.failure).isNull();
    }

    @ParameterizedTest
    @MethodSource("givingUp")
    void so_does_a_failure_that_nothing_follows(Operator operator) {
        for (int budget : new int[] {1, 128}) {
            try (CurrentThreadRuntime small =
                    TaskRuntime.currentThread().budget(budget).build()) {
                Listener<Object> listener = new Listener<>();
                AtomicInteger closes = new AtomicInteger();
                operator.apply()
                        .apply(failsBehind(1, 2).onClose(closes::incrementAndGet))
                        .map(item -> (Object) item)
                        .on(small)
                        .subscribe(listener);
                small.runUntilIdle();
                listener.ask(2);
                small.runUntilIdle();

                assertThat(listener.items).containsExactly(1, 2);
                assertThat(listener.failure).isSameAs(failure);
                assertThat(closes).hasValue(1);
            }
        }
    }

    @Test
    void a_failure_that_becomes_a_completion_is_one_with_the_last_item() {
        Listener<Object> listener = listen(failsBehind(1).onErrorComplete());
        listener.request(1);

        assertThat(listener.items).containsExactly(1);
        assertThat(listener.ended).isTrue();
        assertThat(listener.failure).isNull();
    }

    @ParameterizedTest
    @MethodSource("recovering")
    void what_follows_a_failure_is_given_to_who_asks_for_it(Operator operator) {
        Listener<Object> listener = listen(operator.apply().apply(failsBehind(1)));
        listener.request(1);
        assertThat(listener.items).containsExactly(1);

        if (operator.name().startsWith("onErrorR")) {
            assertThat(listener.ended).isFalse();
            listener.request(1);
            assertThat(listener.items).containsExactly(1, 7);
        }
    }

    @Test
    void a_resource_is_there_while_the_last_item_is_used_and_gone_when_the_end_is_told() {
        List<String> log = new ArrayList<>();
        Listener<Object> listener = listen(
                AsyncStream.using(() -> "resource", resource -> AsyncStream.of(1, 2), resource -> log.add("released"))
                        .peek(item -> log.add("item " + item))
                        .onComplete(() -> log.add("completed")));
        listener.request(1);
        assertThat(log).containsExactly("item 1");
        listener.request(1);

        assertThat(log).containsExactly("item 1", "item 2", "released", "completed");
        assertThat(listener.ended).isTrue();
    }

    @Test
    void a_release_that_fails_is_told_to_who_asks_for_nothing() {
        Listener<Object> listener = listen(AsyncStream.using(() -> 1, AsyncStream::of, resource -> {
            throw failure;
        }));
        listener.request(1);

        assertThat(listener.items).containsExactly(1);
        assertThat(listener.failure).isSameAs(failure);
    }

    /** The failure is known with the last of them. */
    private AsyncStream<Integer> failsBehind(Integer... items) {
        return AsyncStream.fromIterable(() -> new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                if (next == items.length) {
                    throw failure;
                }
                return true;
            }

            @Override
            public Integer next() {
                return items[next++];
            }
        });
    }

    @ParameterizedTest
    @MethodSource("notShared")
    void an_empty_stream_completes_and_a_failed_one_fails_before_anything_is_asked_for(Operator operator) {
        Listener<Object> empty = listen(operator.apply().apply(AsyncStream.empty()));
        Listener<Object> failed = listen(operator.apply().apply(AsyncStream.failed(failure)));
        runtime.runUntilIdle();

        assertThat(empty.ended).isTrue();
        assertThat(empty.failure).isNull();
        assertThat(failed.failure).isSameAs(failure);
    }

    @Test
    void who_comes_after_the_end_of_a_shared_run_need_not_ask_to_hear_of_it() {
        for (Function<AsyncStream<Integer>, AsyncStream<Integer>> share :
                List.<Function<AsyncStream<Integer>, AsyncStream<Integer>>>of(
                        in -> in.publish(4).autoConnect(1), in -> in.replay(4), AsyncStream::cache)) {
            AsyncStream<Integer> shared = share.apply(AsyncStream.empty());
            listen(shared).request(1);

            Listener<Object> late = listen(shared);
            runtime.runUntilIdle();

            assertThat(late.ended).isTrue();
        }
    }

    @Test
    void what_a_replay_keeps_comes_before_its_end() {
        AsyncStream<Integer> replay = AsyncStream.of(1, 2, 3).replay(2);
        listen(replay).request(9);

        Listener<Object> late = listen(replay);
        runtime.runUntilIdle();
        assertThat(late.ended).isFalse();
        late.request(2);

        assertThat(late.items).containsExactly(2, 3);
        assertThat(late.ended).isTrue();
    }

    @Test
    void a_reader_of_a_group_hears_of_an_end_that_another_one_has_found() {
        Listener<GroupedStream<Integer, Integer>> groups =
                listen(AsyncStream.from(upstream).groupBy(n -> n % 2, 4));
        groups.request(Long.MAX_VALUE);
        emit(1);
        emit(2);
        Listener<Object> odd = listen(groups.items.get(0).items());
        Listener<Object> even = listen(groups.items.get(1).items());
        odd.request(1);
        assertThat(odd.items).containsExactly(1);

        upstream.complete();
        runtime.runUntilIdle();

        assertThat(groups.ended).isTrue();
        assertThat(odd.ended).isTrue();
        assertThat(even.ended).as("an item comes before it").isFalse();
        even.request(1);
        assertThat(even.items).containsExactly(2);
        assertThat(even.ended).isTrue();
    }

    @Test
    void who_takes_groups_hears_of_an_end_that_a_reader_has_found() {
        Listener<GroupedStream<Integer, Integer>> groups =
                listen(AsyncStream.from(upstream).groupBy(n -> n % 2, 4));
        groups.request(1);
        emit(1);
        Listener<Object> odd = listen(groups.items.get(0).items());
        odd.request(Long.MAX_VALUE);

        upstream.error(failure);
        runtime.runUntilIdle();

        assertThat(odd.failure).isSameAs(failure);
        assertThat(groups.failure).isSameAs(failure);
    }

    @Test
    void the_end_of_a_window_is_not_an_item_to_ask_for() {
        Listener<AsyncStream<Integer>> windows =
                listen(AsyncStream.from(upstream).windowWhile(n -> n > 0, 4));
        windows.request(Long.MAX_VALUE);
        emit(1);
        emit(2);
        Listener<Object> first = listen(windows.items.get(0));
        first.request(2);
        assertThat(first.items).containsExactly(1, 2);
        assertThat(first.ended).isFalse();

        emit(0);

        assertThat(first.ended).isTrue();
        assertThat(windows.ended).isFalse();
        upstream.complete();
        runtime.runUntilIdle();
        assertThat(windows.ended).isTrue();
    }

    private void emit(int item) {
        upstream.next(item);
        runtime.runUntilIdle();
    }

    @SuppressWarnings("unchecked")
    private <T> Listener<T> listen(AsyncStream<?> stream) {
        Listener<T> listener = new Listener<>();
        ((Publisher<T>) stream.on(runtime)).subscribe(listener);
        runtime.runUntilIdle();
        return listener;
    }

    @Test
    void the_end_of_a_channel_comes_when_all_that_was_asked_for_was_given() {
        Channel<Integer> channel = Channel.bounded(4);
        Listener<Object> listener = listen(AsyncStream.from(channel.receiver()));
        listener.request(1);
        channel.sender().trySend(1);
        runtime.runUntilIdle();
        assertThat(listener.items).containsExactly(1);
        assertThat(listener.ended).isFalse();

        channel.sender().close();
        runtime.runUntilIdle();

        assertThat(listener.ended).isTrue();
    }

    @Test
    void so_it_does_if_the_first_poll_has_found_the_item_or_the_receiver_is_told_to_stop() {
        Channel<Integer> channel = Channel.bounded(4);
        channel.sender().trySend(1);
        Listener<Object> listener = listen(AsyncStream.from(channel.receiver()));
        listener.request(1);
        assertThat(listener.items).containsExactly(1);

        channel.receiver().stop();
        runtime.runUntilIdle();

        assertThat(listener.ended).isTrue();
    }

    @Test
    void the_end_of_a_channel_comes_with_the_last_promise_that_is_given_back() {
        Channel<Integer> channel = Channel.bounded(4);
        Listener<Object> listener = listen(AsyncStream.from(channel.receiver()));
        listener.request(1);
        channel.sender().trySend(1);
        runtime.runUntilIdle();
        Channel.Permit<Integer> permit = channel.sender().tryReserve();
        channel.sender().close();
        runtime.runUntilIdle();
        assertThat(listener.ended).isFalse();

        permit.close();
        runtime.runUntilIdle();

        assertThat(listener.ended).isTrue();
    }

    @Test
    void the_end_of_a_broadcast_comes_when_all_that_was_asked_for_was_given() {
        Broadcast.Sender<Integer> sender = Broadcast.withCapacity(4);
        Listener<Object> listener = listen(AsyncStream.from(sender.subscribe().source(missed -> {})));
        Listener<Object> other = listen(AsyncStream.from(sender.subscribe().source(missed -> {})));
        listener.request(1);
        sender.send(1);
        runtime.runUntilIdle();
        other.request(1);
        assertThat(listener.items).containsExactly(1);
        assertThat(other.items).containsExactly(1);

        sender.close();
        runtime.runUntilIdle();

        assertThat(listener.ended).isTrue();
        assertThat(other.ended).isTrue();
    }

    @Test
    void the_end_of_a_watch_comes_when_all_that_was_asked_for_was_given() {
        Watch.Sender<Integer> sender = Watch.of(1);
        Listener<Object> listener = listen(AsyncStream.from(sender.subscribe().source()));
        listener.request(1);
        assertThat(listener.items).containsExactly(1);

        sender.close();
        runtime.runUntilIdle();

        assertThat(listener.ended).isTrue();
    }

    /** Asks only when it is told to. */
    private final class Listener<T> implements Subscriber<T> {
        final List<T> items = new ArrayList<>();
        private @Nullable Subscription subscription;

        @Nullable Throwable failure;

        boolean ended;

        void request(long n) {
            ask(n);
            runtime.runUntilIdle();
        }

        void ask(long n) {
            subscription.request(n);
        }

        @Override
        public void onSubscribe(Subscription s) {
            subscription = s;
        }

        @Override
        public void onNext(T item) {
            items.add(item);
        }

        @Override
        public void onError(Throwable thrown) {
            failure = thrown;
            ended = true;
        }

        @Override
        public void onComplete() {
            ended = true;
        }
    }
}
