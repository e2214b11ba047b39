package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.Feed.Failing;
import dev.weir.stream.Feed.Injected;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every operator, over sources that are slow or not, with every budget, failing at every item and cancelled after every
 * poll: it gives what it should, keeps the laws of a source, and closes whatever was opened exactly once.
 */
class OperatorLawsTest {
    private static final int[] BUDGETS = {1, 2, 3, 128};
    private static final int[] PAUSES = {0, 1, 2};
    private static final int MAX_POLLS = 10_000;

    /**
     * @param ordered whether the items come in one order only
     * @param handlesFailure whether a failure of upstream may end otherwise than in a failure
     */
    record Case(
            String name,
            Function<Feed, AsyncStream<?>> stream,
            List<?> expected,
            boolean ordered,
            boolean handlesFailure) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case ordered(String name, Function<Feed, AsyncStream<?>> stream, Object... expected) {
        return new Case(name, stream, List.of(expected), true, false);
    }

    private static Case unordered(String name, Function<Feed, AsyncStream<?>> stream, Object... expected) {
        return new Case(name, stream, List.of(expected), false, false);
    }

    private static Case handling(String name, Function<Feed, AsyncStream<?>> stream, Object... expected) {
        return new Case(name, stream, List.of(expected), true, true);
    }

    static Stream<Case> operators() {
        return Stream.of(
                ordered("map", feed -> feed.stream(1, 2, 3).map(n -> n * 10), 10, 20, 30),
                ordered("filter", feed -> feed.stream(1, 2, 3, 4, 5).filter(n -> n % 2 == 0), 2, 4),
                ordered("filter all", feed -> feed.stream(1, 2, 3).filter(n -> false)),
                ordered("take", feed -> feed.stream(1, 2, 3, 4).take(2), 1, 2),
                ordered("take none", feed -> feed.stream(1, 2).take(0)),
                ordered("take more", feed -> feed.stream(1, 2).take(9), 1, 2),
                ordered("skip", feed -> feed.stream(1, 2, 3, 4).skip(2), 3, 4),
                ordered("skip more", feed -> feed.stream(1, 2).skip(9)),
                ordered("takeWhile", feed -> feed.stream(1, 2, 3, 1).takeWhile(n -> n < 3), 1, 2),
                ordered("skipWhile", feed -> feed.stream(1, 2, 3, 1).skipWhile(n -> n < 3), 3, 1),
                ordered("scan", feed -> feed.stream(1, 2, 3).scan(0, Integer::sum), 0, 1, 3, 6),
                ordered("scan nothing", feed -> feed.<Integer>stream().scan(7, Integer::sum), 7),
                ordered(
                        "buffer",
                        feed -> feed.stream(1, 2, 3, 4, 5).buffer(2),
                        List.of(1, 2),
                        List.of(3, 4),
                        List.of(5)),
                ordered("buffer even", feed -> feed.stream(1, 2, 3, 4).buffer(2), List.of(1, 2), List.of(3, 4)),
                ordered("peek", feed -> feed.stream(1, 2).peek(n -> {}), 1, 2),
                ordered("peekError", feed -> feed.stream(1, 2).peekError(e -> {}), 1, 2),
                ordered("onClose", feed -> feed.stream(1, 2).onClose(() -> {}), 1, 2),
                ordered("defer", feed -> AsyncStream.defer(() -> feed.stream(1, 2)), 1, 2),
                ordered(
                        "concat",
                        feed -> AsyncStream.concat(feed.stream(1, 2), feed.<Integer>stream(), feed.stream(3)),
                        1,
                        2,
                        3),
                ordered("concatWith", feed -> feed.stream(1, 2).concatWith(feed.stream(3)), 1, 2, 3),
                ordered(
                        "concatMap",
                        feed -> feed.stream(1, 0, 0, 2).concatMap(n -> n == 0 ? feed.stream() : feed.stream(n, n * 10)),
                        1,
                        10,
                        2,
                        20),
                unordered(
                        "merge",
                        feed -> AsyncStream.merge(feed.stream(1, 2), feed.<Integer>stream(), feed.stream(3, 4, 5)),
                        1,
                        2,
                        3,
                        4,
                        5),
                unordered("mergeWith", feed -> feed.stream(1, 2).mergeWith(feed.stream(3)), 1, 2, 3),
                ordered(
                        "flatMap of 1",
                        feed -> feed.stream(1, 0, 0, 2)
                                .flatMap(n -> n == 0 ? feed.stream() : feed.stream(n, n * 10), 1),
                        1,
                        10,
                        2,
                        20),
                unordered(
                        "flatMap of 2",
                        feed -> feed.stream(1, 0, 0, 2, 3)
                                .flatMap(n -> n == 0 ? feed.stream() : feed.stream(n, n * 10, n * 100), 2),
                        1,
                        10,
                        100,
                        2,
                        20,
                        200,
                        3,
                        30,
                        300),
                unordered(
                        "flatMap of 99",
                        feed -> feed.stream(1, 0, 2, 3)
                                .flatMap(n -> n == 0 ? feed.stream() : feed.stream(n, n * 10), 99),
                        1,
                        10,
                        2,
                        20,
                        3,
                        30),
                handling("zip", feed -> AsyncStream.zip(feed.stream(1, 2, 3), feed.stream(4, 5), Integer::sum), 5, 7),
                handling("zipWith", feed -> feed.stream(1, 2).zipWith(feed.stream(4, 5, 6), Integer::sum), 5, 7),
                ordered("timeout", feed -> feed.stream(1, 2, 3).timeout(Duration.ofHours(1)), 1, 2, 3),
                handling("onErrorResume", feed -> feed.stream(1, 2).onErrorResume(e -> AsyncStream.of(8, 9)), 1, 2),
                handling("onErrorReturn", feed -> feed.stream(1, 2).onErrorReturn(9), 1, 2),
                handling("retry", feed -> feed.stream(1, 2).retry(3), 1, 2),
                ordered("retry none", feed -> feed.stream(1, 2).retry(0), 1, 2),
                ordered(
                        "a chain",
                        feed -> feed.stream(1, 2, 3, 4, 5, 6)
                                .filter(n -> n != 3)
                                .concatMap(n -> feed.stream(n, -n))
                                .skip(1)
                                .buffer(3)
                                .take(2)
                                .map(List::size),
                        3,
                        3));
    }

    @ParameterizedTest
    @MethodSource("operators")
    void gives_the_same_however_slow_its_sources_and_small_its_budget(Case operator) throws Exception {
        for (int budget : BUDGETS) {
            for (int pauses : PAUSES) {
                Rig rig = new Rig(budget);
                Feed feed = new Feed(rig, pauses);

                List<Object> items = new ArrayList<>();
                SourceLaws<?> checked = checked(operator, feed);
                items.addAll(rig.drain(checked));

                if (operator.ordered) {
                    assertThat(items).as("budget %d, pauses %d", budget, pauses).isEqualTo(operator.expected);
                } else {
                    assertThat(items)
                            .as("budget %d, pauses %d", budget, pauses)
                            .containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(operator.expected));
                }
                checked.assertClosed();
                feed.assertAllClosed();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operators")
    void a_failure_at_any_item_comes_out_once_and_everything_is_closed(Case operator) {
        for (Failing failing : Failing.values()) {
            for (int budget : BUDGETS) {
                for (int pauses : PAUSES) {
                    int failAt = 0;
                    while (fails(operator, new Rig(budget), pauses, failAt, failing)) {
                        failAt++;
                    }
                    assertThat(failAt).isLessThan(100);
                }
            }
        }
    }

    /** Tells whether there was an item with this number at which to fail. */
    private static boolean fails(Case operator, Rig rig, int pauses, int failAt, Failing failing) {
        Feed feed = new Feed(rig, pauses, failAt, failing);
        SourceLaws<?> checked = checked(operator, feed);
        rig.mayFailAfterNull = failing == Failing.AFTER_A_NULL;
        List<Object> items = new ArrayList<>();
        Exception caught = null;
        try {
            for (Object item = rig.next(checked); item != null; item = rig.next(checked)) {
                items.add(item);
            }
        } catch (Exception thrown) {
            caught = thrown;
        }
        checked.close();
        checked.assertClosed();
        feed.assertAllClosed();
        if (feed.hasFailed && !operator.handlesFailure) {
            assertThat(caught)
                    .as("failed at %d, %s, got %s", failAt, failing, items)
                    .isInstanceOf(Injected.class);
        }
        if (operator.ordered && !operator.handlesFailure) {
            assertThat(items).isEqualTo(operator.expected.subList(0, items.size()));
        }
        return feed.hasFailed;
    }

    @ParameterizedTest
    @MethodSource("operators")
    void closing_it_after_any_poll_closes_everything_once(Case operator) throws Exception {
        for (int budget : BUDGETS) {
            for (int pauses : PAUSES) {
                int polls = 0;
                while (!endsWithin(operator, new Rig(budget), pauses, polls, false)) {
                    polls++;
                }
                assertThat(polls).isLessThan(MAX_POLLS);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("operators")
    void closing_closes_everything_also_when_each_close_throws(Case operator) throws Exception {
        for (int budget : BUDGETS) {
            int polls = 0;
            while (!endsWithin(operator, new Rig(budget), 1, polls, true)) {
                polls++;
            }
            assertThat(polls).isLessThan(MAX_POLLS);
        }
    }

    /** Polls so often and closes; true if the end came before. */
    private static boolean endsWithin(Case operator, Rig rig, int pauses, int polls, boolean closesThrow)
            throws Exception {
        Feed feed = closesThrow ? new Feed(rig, pauses).closesThrow() : new Feed(rig, pauses);
        SourceLaws<?> checked = checked(operator, feed);
        boolean ended = false;
        try {
            for (int i = 0; i < polls && !ended; i++) {
                Object item = checked.poll(rig.turn());
                ended = item == null && checked.isDone();
                assertThat(item != null || ended || rig.await()).isTrue();
            }
        } catch (IllegalStateException close) {
            assertThat(close).hasMessage("close");
            ended = true;
        }
        try {
            checked.close();
        } catch (IllegalStateException close) {
            assertThat(close).hasMessage("close");
        }
        checked.assertClosed();
        feed.assertAllClosed();
        assertThat(rig.timers.size()).isZero();
        return ended;
    }

    private static SourceLaws<?> checked(Case operator, Feed feed) {
        Source<?> source = operator.stream.apply(feed).open();
        return SourceLaws.check(source);
    }
}
