package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.Feed.Failing;
import dev.weir.testkit.SourceLaws;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/**
 * P4 for every operator: who has asked for as many items as there are, and for no more, hears of the end. What a
 * subscriber with boundless demand gets is what there is to be had.
 */
class EndsNeedNoDemandTest {
    private static final Duration LONG = Duration.ofDays(1);
    private static final int MOST_FAILURES = 100;

    /** What gives the items it holds before a failure; and what has not begun before it is polled. */
    private static final Set<String> LATER = Set.of(
            "flatMap of 1",
            "flatMap of 2",
            "flatMap of 99",
            "flatMapOrdered of 1",
            "flatMapOrdered of 3",
            "mergeSequential",
            "mergeSorted",
            "mergeSortedWith",
            "window that overlaps",
            "windowWhen with openings that stay",
            "expandDeep",
            "raceForItem",
            "raceWith",
            "raceWith, lost",
            "delaySubscription");

    static Stream<OperatorCases.Case> failingAtOnce() {
        return OperatorCases.all().filter(operator -> !LATER.contains(operator.name()));
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.OperatorCases#all")
    void the_end_comes_behind_the_last_item_though_no_more_is_wanted(OperatorCases.Case operator) {
        Run all = run(operator, -1, Long.MAX_VALUE);
        Run asked = run(operator, -1, all.items.size());

        asked.assertEndedAs(all);
    }

    @ParameterizedTest
    @MethodSource("failingAtOnce")
    void a_failure_that_is_known_comes_behind_the_last_item_though_no_more_is_wanted(OperatorCases.Case operator) {
        for (int failAt = 0; failAt < MOST_FAILURES; failAt++) {
            Run all = run(operator, failAt, Long.MAX_VALUE);
            if (!all.feed.hasFailed) {
                return;
            }
            Run asked = run(operator, failAt, all.items.size());

            asked.assertEndedAs(all);
        }
    }

    private static Run run(OperatorCases.Case operator, int failAt, long demand) {
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(new ManualClock()).build()) {
            Run run = new Run(new Feed(new Rig(128), 0, failAt, Failing.ANNOUNCED).oneFails(), "failing at " + failAt);
            AsyncStream<?> stream = operator.stream().apply(run.feed);
            List<SourceLaws<?>> checked = new ArrayList<>();
            AsyncStream.recipe(() -> {
                        SourceLaws<?> source = SourceLaws.check(stream.open());
                        checked.add(source);
                        return source;
                    })
                    .on(runtime)
                    .subscribe(run);
            runtime.runUntilIdle();
            if (demand > 0) {
                run.subscription.request(demand);
                runtime.runUntilIdle();
            }
            for (int i = 0; i < 20 && !run.ended; i++) {
                runtime.advance(LONG);
            }
            run.isEndKnown = run.feed.isEndKnown();
            run.subscription.cancel();
            runtime.runUntilIdle();
            checked.forEach(SourceLaws::assertClosed);
            run.feed.assertAllClosed();
            return run;
        }
    }

    /** One subscription, and what came of it. */
    private static final class Run implements Subscriber<Object> {
        final Feed feed;
        final List<Object> items = new ArrayList<>();
        private final String what;

        @Nullable Subscription subscription;

        @Nullable Throwable failure;

        boolean ended;
        boolean isEndKnown;

        Run(Feed feed, String what) {
            this.feed = feed;
            this.what = what;
        }

        void assertEndedAs(Run other) {
            if (isEndKnown) {
                assertThat(ended).as("ended, %s, after %s", what, items).isTrue();
            }
            if (ended) {
                assertThat(items).hasSameSizeAs(other.items);
                assertThat(failure == null).as(what).isEqualTo(other.failure == null);
            }
        }

        @Override
        public void onSubscribe(Subscription given) {
            subscription = given;
        }

        @Override
        public void onNext(Object item) {
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
