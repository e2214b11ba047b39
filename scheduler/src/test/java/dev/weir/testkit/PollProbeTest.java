package dev.weir.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PollProbeTest {
    @Test
    void each_poll_is_a_turn_of_its_own() throws Exception {
        PollProbe probe = PollProbe.withBudget(2);
        for (int i = 1; i <= 3; i++) {
            Poll<String> answer = probe.poll(cx -> {
                assertThat(cx.charge()).isTrue();
                assertThat(cx.charge()).isTrue();
                assertThat(cx.charge()).isFalse();
                return Poll.pending();
            });
            assertThat(answer.isPending()).isTrue();
            assertThat(probe.isWoken()).isTrue();
            assertThat(probe.wakes()).isEqualTo(i);
        }
        probe.turn();
        assertThat(probe.isWoken()).isFalse();
        assertThat(probe.wakes()).isEqualTo(3);
    }

    @Test
    void what_it_polls_runs_as_on_a_worker_also_when_it_throws() throws Exception {
        PollProbe probe = PollProbe.create();
        AtomicReference<Context> current = new AtomicReference<>();
        probe.poll(cx -> {
            current.set(Context.current());
            return Poll.done();
        });
        assertThat(current.get()).isNotNull();
        assertThatThrownBy(() -> probe.poll(cx -> {
                    throw new IllegalStateException("planted");
                }))
                .hasMessage("planted");
        assertThat(Context.current()).isNull();
    }

    @Test
    void it_offers_the_services_it_was_given_and_no_other() throws Exception {
        PollProbe probe = PollProbe.create().with(Clock.class, () -> 42);
        assertThat(probe.poll(cx -> Poll.ready(cx.service(Clock.class).nanos())).get())
                .isEqualTo(42);
        assertThatThrownBy(() -> probe.poll(cx -> Poll.ready(cx.service(String.class))))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("PollProbe");
    }
}
