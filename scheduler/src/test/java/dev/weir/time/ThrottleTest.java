package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.testkit.ScriptedSource;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ThrottleTest {
    private static final Duration PERIOD = Duration.ofMillis(10);

    private final PausedHost host = new PausedHost();
    private final Context cx = host.cx;

    @Test
    void items_are_a_period_apart_and_the_first_comes_at_once() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("a", "b", "c");
        Throttle<String> throttle = Throttle.of(source, PERIOD);
        assertThat(throttle.poll(cx)).isEqualTo("a");
        assertThat(throttle.poll(cx)).isNull();
        host.advanceMillis(9);
        assertThat(throttle.poll(cx)).isNull();
        assertThat(host.wakes).hasValue(0);
        host.advanceMillis(1);
        assertThat(host.wakes).hasValue(1);
        assertThat(throttle.poll(cx)).isEqualTo("b");
        host.advanceMillis(25);
        assertThat(throttle.poll(cx)).isEqualTo("c");
        assertThat(throttle.poll(cx)).isNull();
    }

    @Test
    void an_item_that_comes_late_is_not_held_back_and_the_next_counts_from_it() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("a");
        Throttle<String> throttle = Throttle.of(source, PERIOD);
        throttle.poll(cx);
        host.advanceMillis(35);
        assertThat(throttle.poll(cx)).isNull();
        source.item("b").item("c");
        assertThat(throttle.poll(cx)).isEqualTo("b");
        host.advanceMillis(9);
        assertThat(throttle.poll(cx)).isNull();
        host.advanceMillis(1);
        assertThat(throttle.poll(cx)).isEqualTo("c");
    }

    @Test
    void while_it_waits_the_source_is_left_alone() throws Exception {
        ScriptedSource<String> source = ScriptedSource.of("a", "b");
        Throttle<String> throttle = Throttle.of(source, PERIOD);
        throttle.poll(cx);
        int before = source.polls();
        throttle.poll(cx);
        throttle.poll(cx);
        assertThat(source.polls()).isEqualTo(before);
    }

    @Test
    void an_end_and_a_failure_are_seen_at_once() throws Exception {
        Throttle<String> ended = Throttle.of(ScriptedSource.of("a").end(), PERIOD);
        assertThat(ended.poll(cx)).isEqualTo("a");
        assertThat(ended.isDone()).isTrue();
        assertThat(ended.poll(cx)).isNull();

        Throttle<String> failed = Throttle.of(ScriptedSource.of("a").fail(new IOException("broken")), PERIOD);
        assertThat(failed.poll(cx)).isEqualTo("a");
        assertThatThrownBy(() -> failed.poll(cx)).hasMessage("broken");
    }

    @Test
    void a_period_of_zero_changes_nothing_and_close_closes_the_source_and_the_timer() throws Exception {
        Throttle<String> none = Throttle.of(ScriptedSource.of("a", "b"), Duration.ZERO);
        assertThat(none.poll(cx)).isEqualTo("a");
        assertThat(none.poll(cx)).isEqualTo("b");

        ScriptedSource<String> source = ScriptedSource.of("a", "b");
        Throttle<String> throttle = Throttle.of(source, PERIOD);
        throttle.poll(cx);
        throttle.poll(cx);
        assertThat(host.timers.size()).isEqualTo(1);
        throttle.close();
        assertThat(host.timers.size()).isZero();
        assertThat(source.closes()).isEqualTo(1);
    }
}
