package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.ScriptedSource;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class SelectTest {
    private final Lane lane = new Lane();
    private final AtomicInteger wakes = new AtomicInteger();
    private final Context cx = lane.context().withWaker(wakes::incrementAndGet);
    private final Branch<String> text = new Branch<>();
    private final Branch<Integer> number = new Branch<>();

    @Test
    void makes_one_result_of_the_branch_that_is_ready_first() throws Exception {
        Select<String> select = Select.<String>of().on(text, it -> "text " + it).on(number, it -> "number " + it);
        assertThat(select.poll(cx).isPending()).isTrue();
        number.finish(7);
        assertThat(wakes).hasValue(1);
        assertThat(select.poll(cx).get()).isEqualTo("number 7");
        select.close();
        assertThat(List.of(text.closes, number.closes)).containsExactly(1, 1);
    }

    @Test
    void without_bias_both_branches_are_taken_now_and_then_and_with_it_always_the_first() throws Exception {
        List<String> fair = new ArrayList<>();
        List<String> biased = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            fair.add(both().poll(cx).get());
            biased.add(both().biased().poll(cx).get());
        }
        assertThat(fair).contains("a", "b");
        assertThat(biased).containsOnly("a");
    }

    private static Select<String> both() {
        return Select.<String>of().on(Branch.ready("a"), it -> it).on(Branch.ready("b"), it -> it);
    }

    @Test
    void a_branch_whose_condition_does_not_hold_is_never_polled_but_closed() throws Exception {
        Branch<String> disabled = Branch.ready("never");
        Select<String> select =
                Select.<String>of().onIf(false, disabled, it -> it).onIf(true, text, it -> it);
        assertThat(select.poll(cx).isPending()).isTrue();
        text.finish("enabled");
        assertThat(select.poll(cx).get()).isEqualTo("enabled");
        select.close();
        assertThat(disabled.polls).isZero();
        assertThat(disabled.closes).isEqualTo(1);
    }

    @Test
    void a_result_that_does_not_match_disables_its_branch() throws Exception {
        Select<String> select = Select.<String>of()
                .onMatch(number, it -> it > 5, it -> "number " + it)
                .on(text, it -> it);
        number.finish(3);
        assertThat(select.poll(cx).isPending()).isTrue();
        assertThat(select.poll(cx).isPending()).isTrue();
        assertThat(number.polls).as("not polled again").isEqualTo(1);
        assertThat(number.closes).isEqualTo(1);
        text.finish("other");
        assertThat(select.poll(cx).get()).isEqualTo("other");
        select.close();
        assertThat(number.closes).isEqualTo(1);
    }

    @Test
    void when_all_are_disabled_there_is_an_alternative_or_a_failure() throws Exception {
        assertThat(Select.<String>of()
                        .onIf(false, text, it -> it)
                        .onMatch(Branch.ready(3), it -> it > 5, it -> "number")
                        .orElse(() -> "else")
                        .poll(cx)
                        .get())
                .isEqualTo("else");
        Select<String> none = Select.<String>of().onIf(false, text, it -> it);
        assertThatThrownBy(() -> none.poll(cx))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("disabled");
    }

    @Test
    void a_source_is_only_lent_and_loses_nothing() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("one", "two").end();
        assertThat(Select.<String>of()
                        .onItem(source, it -> "item " + it)
                        .poll(cx)
                        .get())
                .isEqualTo("item one");
        Select<String> other = Select.<String>of()
                .on(Branch.ready("won"), it -> it)
                .onItem(source, it -> it)
                .biased();
        assertThat(other.poll(cx).get()).isEqualTo("won");
        other.close();
        assertThat(source.poll(cx)).isEqualTo("two");
        Select<String> ended = Select.<String>of().onItem(source, it -> it).orElse(() -> "ended");
        assertThat(ended.poll(cx).get()).isEqualTo("ended");
        ended.close();
        source.close();
    }

    @Test
    void a_failure_of_a_branch_is_that_of_the_whole() {
        Select<String> select =
                Select.<String>of().on(text, it -> it).on(Branch.<String>failed(new IOException("broken")), it -> it);
        assertThatThrownBy(() -> select.poll(cx))
                .isInstanceOf(IOException.class)
                .hasMessage("broken");
        select.close();
        assertThat(text.closes).isEqualTo(1);
    }

    @Test
    void what_was_never_polled_is_closed_all_the_same_and_later_branches_are_refused() throws Exception {
        Select<String> select = Select.<String>of().on(text, it -> it);
        select.poll(cx);
        assertThatThrownBy(() -> select.on(number, it -> "late")).isInstanceOf(IllegalStateException.class);
        Select<String> unused = Select.<String>of().on(number, it -> "never");
        unused.close();
        assertThat(number.closes).isEqualTo(1);
    }
}
