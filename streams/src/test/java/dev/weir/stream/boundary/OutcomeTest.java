package dev.weir.stream.boundary;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.push.Drops;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each event in each state: a failure is thrown or told, and once. */
class OutcomeTest {
    private final Exception failure = new Exception("as planned");
    private final Outcome outcome = new Outcome("there");
    private final List<Drops.Drop> told = new ArrayList<>();

    @BeforeEach
    void listen() {
        Drops.listen(told::add);
    }

    @AfterEach
    void listenNoMore() {
        Drops.listen(null);
    }

    @Test
    void open() throws Exception {
        assertThat(outcome.isOpen()).isTrue();
        assertThat(outcome.isDone(false)).isFalse();
        outcome.rethrow();
        outcome.close();
        assertThat(told).isEmpty();
        assertThat(outcome.isOpen()).isFalse();
    }

    @Test
    void a_completion_is_told_to_nobody() throws Exception {
        outcome.end(Outcome.How.of(null));
        assertThat(outcome.isDone(true)).isTrue();
        outcome.rethrow();
        outcome.close();
        assertThat(told).isEmpty();
    }

    @Test
    void a_failure_that_is_thrown_is_not_told() {
        outcome.end(Outcome.How.of(failure));
        assertThat(outcome.isDone(true)).isFalse();
        assertThat(outcome.isDone(false)).isTrue();
        assertThatThrownBy(outcome::rethrow).isSameAs(failure);
        outcome.close();
        outcome.close();
        assertThat(told).isEmpty();
    }

    @Test
    void a_failure_that_is_not_thrown_is_told_by_who_closes() {
        outcome.end(Outcome.How.of(failure));
        outcome.close();
        outcome.close();
        assertThat(told).containsExactly(new Drops.Drop("there", null, failure));
    }

    @Test
    void a_failure_behind_the_close_is_told_by_who_ends_and_nothing_looks_like_a_completion() throws Exception {
        outcome.close();
        outcome.end(Outcome.How.of(failure));
        assertThat(told).containsExactly(new Drops.Drop("there", null, failure));
        assertThat(outcome.isDone(false)).isFalse();
        outcome.rethrow();
    }

    @Test
    void a_failure_that_has_reached_several_is_thrown_or_told_once() throws Exception {
        AtomicReference<Throwable> heard = new AtomicReference<>();
        Outcome one = new Outcome("there", heard);
        Outcome other = new Outcome("there", heard);
        Outcome late = new Outcome("there", heard);
        one.end(Outcome.How.of(failure));
        other.end(Outcome.How.of(failure));
        assertThatThrownBy(one::rethrow).isSameAs(failure);
        one.close();
        other.close();
        late.close();
        late.end(Outcome.How.of(failure));
        assertThat(told).isEmpty();
    }

    @Test
    void of_a_shutdown_nobody_is_told_who_has_left() {
        outcome.end(Outcome.How.cutOff());
        assertThatThrownBy(outcome::rethrow).hasMessageContaining("shutdown");
        outcome.close();

        Outcome unheard = new Outcome("there");
        unheard.end(Outcome.How.cutOff());
        unheard.close();

        Outcome left = new Outcome("there");
        left.close();
        left.end(Outcome.How.cutOff());
        assertThat(told).isEmpty();
    }
}
