package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Context;
import dev.weir.task.Host;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PrecedenceTest {
    private final Context cx = new Context(
            new Host() {
                @Override
                public <S> @Nullable S service(Class<S> type) {
                    return null;
                }
            },
            2);
    private final Precedence order = new Precedence();

    private List<Integer> begin(int count) {
        cx.budget().refill();
        order.begin(count, cx);
        return IntStream.range(0, count).map(order::at).boxed().toList();
    }

    private void exhaust() {
        while (cx.charge()) {}
    }

    @Test
    void all_are_asked_in_their_order_as_long_as_there_is_budget_for_all() {
        for (int i = 0; i < 3; i++) {
            assertThat(begin(3)).containsExactly(0, 1, 2);
            order.asked(0, cx);
            order.asked(1, cx);
            order.asked(2, cx);
        }
    }

    @Test
    void who_has_left_no_budget_comes_last_once() {
        begin(3);
        order.asked(0, cx);
        exhaust();
        order.asked(1, cx);
        order.asked(2, cx);

        assertThat(begin(3)).containsExactly(2, 0, 1);
        assertThat(begin(3)).containsExactly(0, 1, 2);
    }

    @Test
    void the_last_that_has_left_none_is_still_the_last() {
        begin(2);
        order.asked(0, cx);
        exhaust();
        order.asked(1, cx);
        assertThat(begin(2)).containsExactly(0, 1);
    }

    @Test
    void a_row_without_budget_changes_nothing() {
        begin(2);
        exhaust();
        order.asked(0, cx);
        order.begin(2, cx);
        order.asked(1, cx);
        assertThat(begin(2)).containsExactly(1, 0);
    }

    @Test
    void who_leaves_is_followed_by_the_one_behind_it() {
        for (int count = 1; count <= 5; count++) {
            for (int greedy = 0; greedy < count; greedy++) {
                for (int leaves = 0; leaves < count; leaves++) {
                    begin(count);
                    exhaust();
                    order.asked(greedy, cx);
                    List<Integer> row = begin(count);
                    int leaver = row.get(leaves);

                    order.left(leaver);

                    List<Integer> left = row.stream()
                            .filter(who -> who != leaver)
                            .map(who -> who > leaver ? who - 1 : who)
                            .toList();
                    assertThat(IntStream.range(0, count - 1)
                                    .map(order::at)
                                    .boxed()
                                    .toList())
                            .as("%d of %s", leaver, row)
                            .isEqualTo(left);
                }
            }
        }
    }
}
