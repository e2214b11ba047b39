package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.testkit.ScriptedPublisher;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
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
    private static final Duration SECOND = Duration.ofSeconds(1);
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
                operator("onErrorResume", in -> in.onErrorResume(AsyncStream::failed)),
                operator("retry", in -> in.retry(0)),
                operator("retryWhen", in -> in.retryWhen(Backoff.fixed(SECOND).times(0))),
                operator("repeat", in -> in.repeat(1)),
                operator("repeatWhen", in -> in.repeatWhen(n -> AsyncStream.empty())),
                operator("switchIfEmpty", in -> in.switchIfEmpty(AsyncStream.empty())),
                operator("concatWith", in -> in.concatWith(AsyncStream.empty())),
                operator("concatMap", in -> in.concatMap(AsyncStream::of)),
                operator("an inner stream", in -> AsyncStream.of(1).concatMap(n -> in)),
                operator("merge", in -> AsyncStream.merge(in, AsyncStream.<Integer>empty())),
                operator("combineLatest", in -> in.combineLatestWith(AsyncStream.of(7), Integer::sum)),
                operator("raceForItem", in -> AsyncStream.raceForItem(List.of(in, AsyncStream.empty()))),
                operator("raceWith", in -> in.raceWith(AsyncStream.never())),
                operator("expand", in -> in.expand(n -> AsyncStream.empty())),
                operator("expandDeep", in -> in.expandDeep(n -> AsyncStream.empty())),
                operator("using", in -> AsyncStream.using(() -> 1, n -> in, n -> {})),
                operator("usingAsync", in -> AsyncStream.usingAsync(() -> 1, n -> in, n -> Pollable.yieldNow())),
                operator("buffer", in -> in.buffer(1)),
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

    /** What knows its end before anybody has asked; a run that is shared, or opens something, begins with a request. */
    static Stream<Operator> notShared() {
        return operators()
                .filter(each -> !List.of(
                                "share",
                                "publish",
                                "replay",
                                "cache",
                                "using",
                                "usingAsync",
                                "an inner stream",
                                "raceForItem",
                                "raceWith")
                        .contains(each.name()));
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
    @MethodSource("operators")
    void the_end_comes_with_the_last_item_if_it_is_known_then(Operator operator) {
        Listener<Object> listener = listen(operator.apply().apply(AsyncStream.of(1)));
        listener.request(1);

        assertThat(listener.items).hasSize(1);
        assertThat(listener.ended).isTrue();
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

    /** Of those that were opened only, all of which go on. */
    @Test
    void a_failure_of_one_of_many_is_told_though_the_others_go_on() {
        for (Function<AsyncStream<Integer>, AsyncStream<Integer>> many :
                List.<Function<AsyncStream<Integer>, AsyncStream<Integer>>>of(
                        in -> in.mergeWith(AsyncStream.never()),
                        in -> AsyncStream.merge(Stream.concat(
                                        IntStream.range(0, 200).mapToObj(i -> AsyncStream.<Integer>never()),
                                        Stream.of(in))
                                .toList()),
                        in -> AsyncStream.of(1).concatWith(AsyncStream.never()).combineLatestWith(in, Integer::sum),
                        in -> in.concatWith(AsyncStream.never()))) {
            ScriptedPublisher<Integer> one = ScriptedPublisher.create();
            Listener<Object> listener = listen(many.apply(AsyncStream.from(one)));
            listener.request(1);
            one.next(1);
            runtime.runUntilIdle();
            listener.request(1); // and back to nothing, once it has one
            one.next(2);
            runtime.runUntilIdle();

            one.error(failure);
            runtime.runUntilIdle();

            assertThat(listener.failure).isSameAs(failure);
        }
    }

    @Test
    void to_look_for_an_end_changes_nobodys_turn() {
        Listener<Object> listener = listen(AsyncStream.merge(AsyncStream.of(1, 2, 3), AsyncStream.of(10, 20, 30)));
        for (int i = 0; i < 4; i++) {
            listener.request(1);
        }

        assertThat(listener.items).containsExactly(1, 10, 2, 20);
    }

    @Test
    void a_resource_is_released_though_nothing_is_wanted_any_more() {
        List<String> log = new ArrayList<>();
        Listener<Object> listener = listen(AsyncStream.usingAsync(() -> 1, n -> AsyncStream.from(upstream), n -> cx -> {
            log.add("released");
            return Poll.ready(null);
        }));
        listener.request(1);
        emit(1);

        upstream.error(failure);
        runtime.runUntilIdle();

        assertThat(log).containsExactly("released");
        assertThat(listener.failure).isSameAs(failure);
    }

    @Test
    void what_follows_a_failure_is_opened_and_not_polled_before_it_is_asked_for() {
        ScriptedPublisher<Integer> other = ScriptedPublisher.create();
        Listener<Object> listener = listen(AsyncStream.from(upstream).onErrorResume(e -> AsyncStream.from(other)));
        listener.request(1);
        emit(1);

        upstream.error(failure);
        runtime.runUntilIdle();
        assertThat(other.hasSubscriber()).isFalse();
        listener.request(1);

        assertThat(other.hasSubscriber()).isTrue();
        assertThat(listener.ended).isFalse();
    }

    @Test
    void a_stream_that_fails_for_ever_is_not_retried_for_ever_by_nobody() {
        Listener<Object> listener = listen(AsyncStream.failed(failure).retry(e -> true));

        runtime.runUntilIdle();

        assertThat(listener.ended).isFalse();
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

    /** Asks only when it is told to. */
    private final class Listener<T> implements Subscriber<T> {
        final List<T> items = new ArrayList<>();
        private @Nullable Subscription subscription;

        @Nullable Throwable failure;

        boolean ended;

        void request(long n) {
            subscription.request(n);
            runtime.runUntilIdle();
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
