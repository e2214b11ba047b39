package dev.weir.stream.split;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.push.Drops;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import dev.weir.testkit.SourceLaws;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Rails polled by hand: who asks gets the item, and nobody is left behind who waits for what only a pull would bring. */
class RailsTest {
    private final Upstream upstream = new Upstream();
    private final SourceLaws<Integer> checked = SourceLaws.check(upstream);
    private final Rails<Integer> rails = new Rails<>(checked, 2);
    private final Owner first = new Owner(rails.all().get(0));
    private final Owner second = new Owner(rails.all().get(1));

    @Test
    void an_item_goes_to_the_rail_that_asks() throws Exception {
        upstream.items.addAll(List.of(1, 2, 3, 4));
        assertThat(first.poll()).isEqualTo(1);
        assertThat(first.poll()).isEqualTo(2);
        assertThat(second.poll()).isEqualTo(3);
        assertThat(first.poll()).isEqualTo(4);
    }

    @Test
    void who_has_got_an_item_wakes_those_for_whom_upstream_no_longer_knows_a_waker() throws Exception {
        assertThat(second.poll()).isNull();
        upstream.items.add(1); // its wake is still on its way when the other looks

        assertThat(first.poll()).isEqualTo(1);

        assertThat(second.wakes).as("or nobody would pull what comes next").isEqualTo(1);
        assertThat(first.wakes).as("it has what it wanted").isZero();
    }

    @Test
    void what_comes_wakes_all_who_wait_as_one_of_them_may_want_nothing_any_more() throws Exception {
        assertThat(first.poll()).isNull();
        assertThat(second.poll()).isNull();

        upstream.wake();

        assertThat(first.wakes).isEqualTo(1);
        assertThat(second.wakes).isEqualTo(1);
    }

    @Test
    void a_waker_that_throws_keeps_nobody_behind_it_asleep() throws Exception {
        assertThat(first.poll()).isNull();
        assertThat(second.poll()).isNull();
        first.onWake = () -> {
            throw new OutOfMemoryError("as planned");
        };

        assertThatThrownBy(upstream::wake).hasMessage("as planned");

        assertThat(second.wakes).isEqualTo(1);
    }

    @Test
    void who_was_refused_while_another_pulled_is_woken_when_that_one_stops() throws Exception {
        upstream.amidAPoll = () -> {
            try {
                assertThat(second.poll()).isNull();
                second.wakes = 0;
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        };

        assertThat(first.poll()).isNull();

        assertThat(second.wakes).isEqualTo(1);
    }

    @Test
    void who_is_out_of_budget_wakes_those_who_wait() throws Exception {
        assertThat(second.poll()).isNull();
        Owner poor = new Owner(rails.all().get(0), 1);
        assertThat(poor.cx.charge()).isTrue();
        upstream.items.add(1);

        assertThat(poor.poll()).isNull();

        assertThat(second.wakes).isPositive();
        assertThat(second.poll()).isEqualTo(1);
    }

    @Test
    void the_end_is_that_of_each_rail() throws Exception {
        assertThat(second.poll()).isNull();
        upstream.ended = true;

        assertThat(first.poll()).isNull();

        assertThat(first.rail.isDone()).isTrue();
        assertThat(second.wakes).isEqualTo(1);
        assertThat(second.rail.isDone()).isTrue();
        assertThat(second.poll()).isNull();
    }

    @Test
    void a_failure_is_one_of_each_rail_and_waits_where_null_was_answered() throws Exception {
        assertThat(second.poll()).isNull();
        IllegalStateException failure = new IllegalStateException("as planned");
        upstream.amidAPoll = () -> {
            throw failure;
        };

        assertThatThrownBy(first::poll).isSameAs(failure);

        assertThat(second.rail.isDone())
                .as("null and then done would mean completed (S3)")
                .isFalse();
        assertThat(second.wakes).isEqualTo(1);
        assertThatThrownBy(second::poll).isSameAs(failure);
        assertThat(second.rail.isDone()).isTrue();
    }

    @Test
    void a_failure_that_no_method_declares_is_one_of_each_rail_and_leaves_upstream_free_to_be_closed()
            throws Exception {
        assertThat(second.poll()).isNull();
        Throwable failure = new Throwable("neither exception nor error");
        upstream.amidAPoll = () -> RailsTest.<RuntimeException>sneak(failure);

        assertThatThrownBy(first::poll).hasCause(failure);

        assertThat(second.wakes).isEqualTo(1);
        assertThatThrownBy(second::poll).hasCause(failure);
        rails.close();
        assertThat(upstream.closes).isEqualTo(1);
    }

    @SuppressWarnings("unchecked")
    private static <E extends Throwable> void sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }

    @Test
    void upstream_is_closed_once_after_the_last_rail_and_by_who_made_them() {
        first.rail.close();
        first.rail.close();
        assertThat(upstream.closes).isZero();

        second.rail.close();
        assertThat(upstream.closes)
                .as("who made them may have failed, and closes it")
                .isZero();
        rails.close();
        rails.close();
        assertThat(upstream.closes).isEqualTo(1);
        checked.assertClosed();
    }

    @Test
    void upstream_is_not_closed_while_it_is_pulled() throws Exception {
        List<Integer> closes = new ArrayList<>();
        upstream.amidAPoll = () -> {
            rails.close();
            closes.add(upstream.closes); // what is thrown here is taken for a failure of upstream
        };

        assertThat(first.poll()).isNull();

        assertThat(closes).as("under a poll").containsExactly(0);
        assertThat(upstream.closes).isEqualTo(1);
    }

    @Test
    void a_rail_that_others_have_closed_has_nothing_and_never_completes() throws Exception {
        upstream.amidAPoll = () -> {
            rails.close();
            upstream.ended = true;
        };

        assertThat(first.poll()).isNull();
        assertThat(second.poll()).isNull();

        assertThat(first.rail.isDone()).as("it would commit").isFalse();
        assertThat(second.rail.isDone()).as("it would commit").isFalse();
    }

    @Test
    void a_failure_that_comes_when_all_have_left_is_told_to_drops() throws Exception {
        IllegalStateException failure = new IllegalStateException("as planned");
        upstream.amidAPoll = () -> {
            rails.close();
            throw failure;
        };
        assertThat(toldWhile(() -> assertThat(first.poll()).isNull())).containsExactly(failure);
    }

    @Test
    void a_failure_that_no_open_rail_has_thrown_is_told_to_drops_by_the_last_to_leave() throws Exception {
        IllegalStateException failure = new IllegalStateException("as planned");
        assertThat(second.poll()).isNull();
        second.onWake = rails::close; // between the end and the look of who has brought it
        upstream.amidAPoll = () -> {
            throw failure;
        };
        assertThat(toldWhile(() -> {
                    assertThat(first.poll()).isNull();
                    rails.close();
                }))
                .containsExactly(failure);
        assertThat(first.rail.isDone()).isFalse();
    }

    @Test
    void a_failure_that_one_rail_has_thrown_is_told_to_nobody_else() throws Exception {
        IllegalStateException failure = new IllegalStateException("as planned");
        upstream.amidAPoll = () -> {
            throw failure;
        };
        assertThat(toldWhile(() -> {
                    assertThatThrownBy(first::poll).isSameAs(failure);
                    first.rail.close();
                    rails.close();
                }))
                .isEmpty();
    }

    private interface Step {
        void run() throws Exception;
    }

    private static List<Throwable> toldWhile(Step step) throws Exception {
        List<Throwable> told = new ArrayList<>();
        Drops.listen(drop -> told.add(drop.failure()));
        try {
            step.run();
        } finally {
            Drops.listen(null);
        }
        return told;
    }

    /** Polls one rail and counts its wakes. */
    private static final class Owner {
        final Source<Integer> rail;
        final Context cx;
        int wakes;
        Runnable onWake = () -> {};

        Owner(Source<Integer> rail) {
            this(rail, 100);
        }

        Owner(Source<Integer> rail, int budget) {
            this.rail = rail;
            Host host = new Host() {
                @Override
                public <S> @Nullable S service(Class<S> type) {
                    return null;
                }
            };
            this.cx = new Context(host, budget).withWaker(() -> {
                wakes++;
                onWake.run();
            });
        }

        @Nullable Integer poll() throws Exception {
            return rail.poll(cx);
        }
    }

    /** Forgets its waker when it gives an item, as sources may. */
    private static final class Upstream implements Source<Integer> {
        final Deque<Integer> items = new ArrayDeque<>();

        @Nullable Waker waker;

        @Nullable Runnable amidAPoll;

        boolean ended;
        int closes;

        @Override
        public @Nullable Integer poll(Context cx) {
            waker = null;
            Runnable event = amidAPoll;
            amidAPoll = null;
            if (event != null) {
                event.run();
            }
            if (ended || (!items.isEmpty() && !cx.charge())) {
                return null;
            }
            if (items.isEmpty()) {
                waker = cx.waker();
            }
            return items.poll();
        }

        void wake() {
            Waker taken = waker;
            waker = null;
            assertThat(taken).isNotNull();
            taken.wake();
        }

        @Override
        public boolean isDone() {
            return ended && items.isEmpty();
        }

        @Override
        public void close() {
            closes++;
        }
    }
}
