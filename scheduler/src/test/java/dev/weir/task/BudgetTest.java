package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BudgetTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, Budget.DEFAULT})
    void a_turn_has_as_many_charges_as_the_limit(int limit) {
        Budget budget = new Budget(limit);
        for (int turn = 0; turn < 3; turn++) {
            for (int i = 0; i < limit; i++) {
                assertThat(budget.isExhausted()).isFalse();
                assertThat(budget.tryCharge()).isTrue();
            }
            assertThat(budget.isExhausted()).isTrue();
            assertThat(budget.tryCharge()).isFalse();
            assertThat(budget.exhaustions()).isEqualTo(turn + 1);
            budget.refill();
        }
    }

    @Test
    void a_refund_can_be_charged_again() {
        Budget budget = new Budget(1);
        for (int i = 0; i < 10; i++) {
            assertThat(budget.tryCharge()).isTrue();
            budget.refund();
        }
        assertThat(budget.exhaustions()).isZero();
    }

    @Test
    void refunds_never_exceed_the_limit() {
        Budget budget = new Budget(2);
        budget.refund();
        budget.refund();
        assertThat(budget.tryCharge()).isTrue();
        assertThat(budget.tryCharge()).isTrue();
        assertThat(budget.tryCharge()).isFalse();
    }

    @Test
    void a_step_in_which_something_was_charged_costs_nothing() {
        Budget budget = new Budget(3);
        assertThat(budget.tryCharge()).isTrue();
        assertThat(budget.tryStep()).isTrue();
        assertThat(budget.tryCharge()).isTrue();
        assertThat(budget.tryStep()).isTrue();
        assertThat(budget.tryCharge())
                .as("what two items cost has been two units")
                .isTrue();
        assertThat(budget.tryStep()).as("none is left for another step").isFalse();
        assertThat(budget.exhaustions()).isEqualTo(1);
    }

    @Test
    void what_was_given_back_does_not_pay_for_a_step() {
        Budget budget = new Budget(2);
        assertThat(budget.tryCharge()).isTrue();
        budget.refund();
        assertThat(budget.tryStep()).isTrue();
        assertThat(budget.tryCharge()).isTrue();
        assertThat(budget.tryCharge()).isFalse();
    }

    @Test
    void a_step_in_which_nothing_was_charged_costs_a_unit() {
        Budget budget = new Budget(3);
        assertThat(budget.tryStep()).isTrue();
        assertThat(budget.tryStep()).isTrue();
        assertThat(budget.tryStep()).as("none is left for another step").isFalse();
        assertThat(budget.exhaustions()).isEqualTo(1);
        budget.refill();
        assertThat(budget.tryStep()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void a_limit_below_one_is_refused(int limit) {
        assertThatThrownBy(() -> new Budget(limit))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit")
                .hasMessageContaining(String.valueOf(limit));
    }
}
