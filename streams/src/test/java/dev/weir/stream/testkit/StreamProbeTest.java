package dev.weir.stream.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.testkit.ScriptedPublisher.Breach;
import dev.weir.testkit.simulation.SimulatedRuntime;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

class StreamProbeTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final List<Throwable> untold = new ArrayList<>();
    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread()
            .clock(new ManualClock())
            .onUndeliverable(untold::add)
            .build();

    @AfterEach
    void close() {
        runtime.close();
    }

    @Test
    void goes_through_a_stream_step_by_step_in_time_of_its_own() {
        StreamProbe.of(AsyncStream.interval(MINUTE), runtime)
                .expectNoEvent(Duration.ofHours(1))
                .request(2)
                .expectNoEvent(Duration.ofSeconds(59))
                .thenAwait(Duration.ofSeconds(1))
                .expectNext(0L)
                .thenAwait(MINUTE)
                .expectNext(1L)
                .cancel()
                .expectNoEvent(Duration.ofHours(1));
        assertThat(runtime.metrics().liveTasks()).isZero();
    }

    @Test
    void knows_items_counts_conditions_and_both_ends() {
        StreamProbe.of(AsyncStream.range(0, 6), runtime)
                .request(Long.MAX_VALUE)
                .expectNext(0, 1)
                .expectNextCount(2)
                .expectNextMatching(item -> item == 4)
                .consumeNext(item -> assertThat(item).isEqualTo(5))
                .expectComplete()
                .expectNoEvent();
        StreamProbe.of(AsyncStream.failed(new IllegalStateException("planted")), runtime)
                .expectError(IllegalStateException.class);
        StreamProbe.of(AsyncStream.failed(new IllegalStateException("planted")), runtime)
                .expectError(thrown -> assertThat(thrown).hasMessage("planted"));
    }

    @Test
    void says_what_came_instead() {
        assertFails(() -> numbers().request(1).expectNext(7), "expected item 7, but got item 0");
        assertFails(() -> numbers().request(1).expectComplete(), "expected completion, but got item 0");
        assertFails(() -> numbers().request(1).expectError(Exception.class), "expected a failure, but got item 0");
        assertFails(() -> numbers().request(1).expectNoEvent(), "expected no event, but got item 0");
        assertFails(() -> numbers().request(1).expectNoEvent(MINUTE), "no event within PT1M, but got item 0");
        assertFails(() -> numbers().request(1).expectNextMatching(item -> item > 5), "satisfies the condition");
        assertFails(() -> numbers().request(3).expectNextCount(3), "expected an item, but got completion");
        assertFails(
                () -> StreamProbe.of(AsyncStream.failed(new IllegalStateException("planted")), runtime)
                        .expectError(IllegalArgumentException.class),
                "IllegalArgumentException, but got failure java.lang.IllegalStateException: planted");
    }

    @Test
    void says_why_nothing_came() {
        assertFails(() -> numbers().expectNext(0), "no item is requested");
        assertFails(
                () -> StreamProbe.of(AsyncStream.interval(MINUTE), runtime)
                        .request(1)
                        .expectNext(0L),
                "thenAwait lets time pass");
        assertFails(
                () -> StreamProbe.of(ScriptedPublisher.<Long>create())
                        .patience(Duration.ofMillis(1))
                        .request(1)
                        .expectNext(0L),
                "1 items are requested, and PT0.001S are over");
    }

    private StreamProbe<Integer> numbers() {
        return StreamProbe.of(AsyncStream.range(0, 2), runtime);
    }

    @Test
    void runs_on_a_simulation_with_every_seed() {
        for (int seed = 0; seed < 20; seed++) {
            try (SimulatedRuntime simulated = Simulation.of(seed).newRuntime()) {
                List<Integer> order = new ArrayList<>();
                StreamProbe.of(AsyncStream.range(0, 20).map(item -> item * 2), simulated)
                        .expectNoEvent()
                        .request(3)
                        .expectNext(0, 2, 4)
                        .expectNoEvent(MINUTE)
                        .request(100)
                        .consumeNext(order::add)
                        .expectNextCount(16)
                        .expectComplete();
                assertThat(order).containsExactly(6);
            }
        }
    }

    @Test
    void waits_for_other_threads_where_it_has_no_runtime_to_step() {
        try (TaskRuntime workers = TaskRuntime.builder().workers(1).build()) {
            StreamProbe<Integer> probe = StreamProbe.of(AsyncStream.range(0, 2).on(workers));
            probe.expectNoEvent(Duration.ofMillis(1))
                    .request(5)
                    .expectNext(0, 1)
                    .expectComplete();
            assertThatIllegalStateException().isThrownBy(probe::expectNoEvent);
            assertThatIllegalStateException().isThrownBy(() -> probe.thenAwait(MINUTE));
        }
    }

    // ------------------------------------------------------------------------- what a probe sees of rules that are
    // broken

    @Test
    void finds_items_that_were_not_requested() {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.breaking(Breach.BEYOND_DEMAND);
        StreamProbe<Integer> probe = StreamProbe.of(publisher).request(1);
        publisher.next(1, 2);
        assertFails(() -> probe.expectNext(1), "§1.1");
    }

    @Test
    void finds_signals_after_the_end() {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.breaking(Breach.AFTER_THE_END);
        StreamProbe<Integer> probe = StreamProbe.of(publisher);
        publisher.complete().complete();
        assertFails(probe::expectComplete, "§1.7");
    }

    @Test
    void finds_signals_before_and_beside_the_subscription() {
        ScriptedPublisher<Integer> late = ScriptedPublisher.breaking(Breach.LATE_SUBSCRIPTION);
        StreamProbe<Integer> early = StreamProbe.of(late);
        late.complete();
        assertFails(early::expectComplete, "§1.9");

        ScriptedPublisher<Integer> twice = ScriptedPublisher.breaking(Breach.SECOND_SUBSCRIPTION);
        StreamProbe<Integer> second = StreamProbe.of(twice);
        assertFails(() -> second.request(1), "§2.12");
        assertThat(twice.isSecondCancelled()).isTrue();
        assertThat(twice.isCancelled()).isFalse();
    }

    @Test
    void finds_null_items() {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.breaking(Breach.NULL_ITEM);
        StreamProbe<Integer> probe = StreamProbe.of(publisher).request(1);
        publisher.nextNull();
        assertFails(() -> probe.expectNext(1), "§2.13");
    }

    @Test
    void finds_signals_that_overlap() {
        ScriptedPublisher<Object> publisher = ScriptedPublisher.breaking(Breach.BEYOND_DEMAND);
        StreamProbe<Object> probe = StreamProbe.of(publisher);
        publisher.next(new Object() {
            @Override
            public String toString() { // called within onNext, which has to say what it was not asked for
                onAnotherThread(() -> publisher.next("beside it"));
                return "an item that takes its time";
            }
        });
        assertFails(() -> probe.expectNextCount(2), "§1.3");
    }

    @Test
    void a_script_signals_from_two_threads_and_both_arrive() {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.breaking(Breach.CONCURRENT_SIGNALS);
        StreamProbe<Integer> probe = StreamProbe.of(publisher).request(2);
        publisher.nextAtOnce(1, 2);
        Throwable overlap = catchThrowable(() -> probe.expectNextCount(2)); // whether they did is not ours to choose
        if (overlap != null) {
            assertThat(overlap).isInstanceOf(AssertionError.class).hasMessageContaining("§1.3");
        }
        assertThat(publisher.demand()).isZero();
    }

    private static void onAnotherThread(Runnable action) {
        Thread other = new Thread(action, "another thread");
        other.start();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ----------------------------------------------------------------------------- and what our subscriber makes of
    // them

    /** Without concurrent signals: what becomes of them is not the same every time. */
    @ParameterizedTest
    @EnumSource(value = Breach.class, mode = EnumSource.Mode.EXCLUDE, names = "CONCURRENT_SIGNALS")
    void a_stream_survives_a_publisher_that_breaks_rules(Breach breach) {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.breaking(breach);
        StreamProbe<Integer> probe =
                StreamProbe.of(AsyncStream.from(publisher), runtime).request(4);
        runtime.runUntilIdle();
        if (breach == Breach.LATE_SUBSCRIPTION) {
            publisher.handOver();
            runtime.runUntilIdle();
        }
        switch (breach) {
            case THROWING_SUBSCRIBE ->
                probe.expectError(thrown -> assertThat(thrown).hasMessageContaining("§1.9"));
            case THROWING_REQUEST ->
                probe.expectError(thrown -> assertThat(thrown).hasMessageContaining("§3.16"));
            case BEYOND_DEMAND -> {
                publisher.next(1, 2);
                probe.expectNext(1).expectError(thrown -> assertThat(thrown).hasMessageContaining("§1.1"));
            }
            case NULL_ITEM ->
                assertThatNullPointerException().isThrownBy(publisher::nextNull).withMessageContaining("§2.13");
            case AFTER_THE_END -> {
                publisher
                        .next(1)
                        .complete()
                        .error(new IllegalStateException("too late"))
                        .complete();
                probe.expectNext(1).expectComplete();
            }
            default -> {
                publisher.next(1);
                probe.expectNext(1);
                if (breach == Breach.THROWING_CANCEL) {
                    probe.cancel().expectNoEvent();
                    assertThat(untold).singleElement().asString().contains("§3.15");
                } else {
                    publisher.next(2).complete();
                    probe.expectNext(2).expectComplete();
                    assertThat(publisher.isSecondCancelled()).isEqualTo(breach == Breach.SECOND_SUBSCRIPTION);
                }
            }
        }
        probe.cancel().expectNoEvent();
    }

    @Test
    void a_script_refuses_what_would_break_a_rule_by_mistake() {
        ScriptedPublisher<Integer> publisher = ScriptedPublisher.create();
        assertThatIllegalStateException().isThrownBy(publisher::complete).withMessageContaining("nobody");
        StreamProbe<Integer> probe = StreamProbe.of(publisher).request(1);
        assertThatIllegalStateException().isThrownBy(() -> publisher.next(1, 2)).withMessageContaining("requested");
        assertThatIllegalStateException().isThrownBy(publisher::nextNull).withMessageContaining("NULL_ITEM");
        assertThatIllegalStateException().isThrownBy(() -> publisher.nextAtOnce(1, 2));
        assertThatIllegalStateException().isThrownBy(() -> StreamProbe.of(publisher));
        assertThat(publisher.requested()).isEqualTo(1);
        assertThat(publisher.requests()).isEqualTo(1);
        assertThat(publisher.demand()).isZero();
        publisher.complete();
        assertThatIllegalStateException().isThrownBy(publisher::complete).withMessageContaining("AFTER_THE_END");
        probe.expectNext(1).expectComplete();

        ScriptedPublisher<Integer> cancelled = ScriptedPublisher.create();
        StreamProbe<Integer> canceller = StreamProbe.of(cancelled).request(1).cancel();
        assertThat(cancelled.isCancelled()).isTrue();
        cancelled.next(1).error(new IllegalStateException("dropped"));
        canceller.expectNoEvent(Duration.ZERO);

        ScriptedPublisher<Integer> stubborn = ScriptedPublisher.breaking(Breach.IGNORED_CANCEL);
        StreamProbe<Integer> after = StreamProbe.of(stubborn).request(1).cancel();
        stubborn.next(1);
        after.expectNext(1);
    }

    private static void assertFails(ThrowingCallable step, String message) {
        assertThatExceptionOfType(AssertionError.class).isThrownBy(step).withMessageContaining(message);
    }

    @Test
    void a_script_answers_demand_that_is_not_positive_and_counts_none_after_a_cancel() {
        for (long n : new long[] {0, -1, Long.MIN_VALUE}) {
            ScriptedPublisher<Integer> publisher = ScriptedPublisher.create();
            List<String> signals = new ArrayList<>();
            publisher.subscribe(new Subscriber<>() {
                private @Nullable Subscription subscription;

                @Override
                public void onSubscribe(Subscription given) {
                    subscription = given;
                    given.request(2);
                }

                @Override
                public void onNext(Integer item) {
                    Objects.requireNonNull(subscription).request(n);
                    signals.add("taken " + item);
                }

                @Override
                public void onError(Throwable failure) {
                    signals.add(failure.getMessage());
                }

                @Override
                public void onComplete() {
                    signals.add("|");
                }
            });
            publisher.next(1);
            assertThat(signals).hasSize(2).startsWith("taken 1");
            assertThat(signals.get(1)).contains("request(" + n + ")", "§3.9");
            assertThat(publisher.requested()).isEqualTo(2);
            assertThatIllegalStateException().isThrownBy(() -> publisher.next(2));
        }
        ScriptedPublisher<Integer> cancelled = ScriptedPublisher.create();
        StreamProbe<Integer> probe =
                StreamProbe.of(cancelled).request(1).cancel().request(7).request(-1);
        assertThat(cancelled.requested()).isEqualTo(1);
        assertThat(cancelled.requests()).isEqualTo(3);
        probe.expectNoEvent(Duration.ZERO);
    }
}
