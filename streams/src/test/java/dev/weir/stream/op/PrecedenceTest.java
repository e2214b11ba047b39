package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Context;
import dev.weir.task.Host;
import java.util.ArrayList;
import java.util.List;
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

    /** Begins a row on a full budget. */
    private void begin(int count) {
        cx.budget().refill();
        order.begin(count, cx);
    }

    /** Asks so many, and returns them. */
    private List<Integer> ask(int many) {
        List<Integer> asked = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            assertThat(order.goesOn()).isTrue();
            asked.add(order.who());
            order.asked(cx);
        }
        return asked;
    }

    /** Asks all that are left of the row. */
    private List<Integer> askAll() {
        List<Integer> asked = new ArrayList<>();
        while (order.goesOn()) {
            asked.addAll(ask(1));
        }
        return asked;
    }

    private List<Integer> row(int count) {
        begin(count);
        return askAll();
    }

    private void exhaust() {
        while (cx.charge()) {}
    }

    @Test
    void all_are_asked_in_their_order_as_long_as_there_is_budget_for_all() {
        for (int i = 0; i < 3; i++) {
            assertThat(row(3)).containsExactly(0, 1, 2);
        }
    }

    @Test
    void who_has_left_no_budget_comes_last_once() {
        begin(3);
        ask(1);
        exhaust(); // by 1
        ask(2);

        assertThat(row(3)).containsExactly(2, 0, 1);
        assertThat(row(3)).containsExactly(0, 1, 2);
    }

    @Test
    void the_last_that_has_left_none_is_still_the_last() {
        begin(2);
        ask(1);
        exhaust();
        ask(1);
        assertThat(row(2)).containsExactly(0, 1);
    }

    @Test
    void who_comes_last_and_leaves_none_again_comes_last_again() {
        begin(2);
        exhaust();
        askAll();
        begin(2);
        assertThat(ask(1)).containsExactly(1);
        exhaust(); // by 0
        askAll();
        assertThat(row(2)).containsExactly(1, 0);
    }

    @Test
    void another_one_may_be_the_usual_first() {
        Precedence others = new Precedence(Precedence.OTHER);
        for (int i = 0; i < 3; i++) {
            cx.budget().refill();
            others.begin(2, cx);
            assertThat(others.who()).as("row %d", i).isEqualTo(i == 1 ? Precedence.UPSTREAM : Precedence.OTHER);
            if (i == 0) {
                exhaust();
            }
            others.asked(cx);
            assertThat(others.who()).as("row %d", i).isEqualTo(i == 1 ? Precedence.OTHER : Precedence.UPSTREAM);
            others.asked(cx);
            assertThat(others.goesOn()).isFalse();
        }
    }

    @Test
    void a_row_without_budget_changes_nothing() {
        begin(2);
        exhaust();
        ask(1);
        order.begin(2, cx);
        askAll();
        assertThat(row(2)).containsExactly(1, 0);
    }

    @Test
    void who_leaves_is_followed_by_the_one_behind_it() {
        for (int count = 1; count <= 5; count++) {
            for (int greedy = 0; greedy < count; greedy++) {
                for (int place = 0; place < count; place++) {
                    burn(count, greedy);
                    List<Integer> before = row(count);
                    burn(count, greedy);
                    begin(count);
                    List<Integer> asked = ask(place);
                    int leaver = order.who();

                    order.leaves();

                    asked.replaceAll(who -> who > leaver ? who - 1 : who);
                    asked.addAll(askAll());
                    assertThat(asked)
                            .as("%d of %s", leaver, before)
                            .isEqualTo(before.stream()
                                    .filter(who -> who != leaver)
                                    .map(who -> who > leaver ? who - 1 : who)
                                    .toList());
                }
            }
        }
    }

    @Test
    void the_next_row_begins_behind_who_has_left_no_budget_although_another_leaves() {
        begin(4);
        ask(1);
        exhaust(); // by 1
        ask(1);
        order.leaves(); // 2: 3 has its number

        assertThat(row(3)).containsExactly(2, 0, 1);
    }

    @Test
    void the_row_behind_the_last_that_has_left_none_begins_with_the_first_although_it_is_longer() {
        burn(3, 2);
        assertThat(row(4)).containsExactly(0, 1, 2, 3);
    }

    private void burn(int count, int greedy) {
        begin(count);
        while (order.who() != greedy) {
            order.asked(cx);
        }
        exhaust();
        order.asked(cx);
    }
}
