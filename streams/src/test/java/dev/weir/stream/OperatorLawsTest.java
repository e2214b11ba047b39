package dev.weir.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.stream.Feed.Failing;
import dev.weir.stream.Feed.Injected;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import java.util.ArrayList;
import java.util.List;
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

    @ParameterizedTest
    @MethodSource("dev.weir.stream.OperatorCases#all")
    void gives_the_same_however_slow_its_sources_and_small_its_budget(OperatorCases.Case operator) throws Exception {
        for (int budget : BUDGETS) {
            for (int pauses : PAUSES) {
                Rig rig = new Rig(budget);
                Feed feed = new Feed(rig, pauses);

                List<Object> items = new ArrayList<>();
                SourceLaws<?> checked = checked(operator, feed);
                items.addAll(rig.drain(checked));

                if (operator.ordered()) {
                    assertThat(items).as("budget %d, pauses %d", budget, pauses).isEqualTo(operator.expected());
                } else {
                    assertThat(items)
                            .as("budget %d, pauses %d", budget, pauses)
                            .containsExactlyInAnyOrderElementsOf(new ArrayList<Object>(operator.expected()));
                }
                checked.assertClosed();
                feed.assertAllClosed();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.OperatorCases#all")
    void a_failure_at_any_item_comes_out_once_and_everything_is_closed(OperatorCases.Case operator) {
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
    private static boolean fails(OperatorCases.Case operator, Rig rig, int pauses, int failAt, Failing failing) {
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
        if (feed.hasFailed && !operator.handlesFailure()) {
            assertThat(caught)
                    .as("failed at %d, %s, got %s", failAt, failing, items)
                    .isInstanceOf(Injected.class);
        }
        if (operator.ordered() && !operator.handlesFailure()) {
            assertThat(items).isEqualTo(operator.expected().subList(0, items.size()));
        }
        return feed.hasFailed;
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.OperatorCases#all")
    void closing_it_after_any_poll_closes_everything_once(OperatorCases.Case operator) throws Exception {
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
    @MethodSource("dev.weir.stream.OperatorCases#all")
    void closing_closes_everything_also_when_each_close_throws(OperatorCases.Case operator) throws Exception {
        for (int budget : BUDGETS) {
            int polls = 0;
            while (!endsWithin(operator, new Rig(budget), 1, polls, true)) {
                polls++;
            }
            assertThat(polls).isLessThan(MAX_POLLS);
        }
    }

    /** Polls so often and closes; true if the end came before. */
    private static boolean endsWithin(OperatorCases.Case operator, Rig rig, int pauses, int polls, boolean closesThrow)
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

    private static SourceLaws<?> checked(OperatorCases.Case operator, Feed feed) {
        Source<?> source = operator.stream().apply(feed).open();
        return SourceLaws.check(source);
    }
}
