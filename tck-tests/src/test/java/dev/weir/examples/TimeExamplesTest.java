package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Join;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Race;
import dev.weir.task.Select;
import dev.weir.time.DelayQueue;
import dev.weir.time.ManualClock;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** The examples of the documentation of {@code dev.weir.time}, and those of {@code dev.weir.task} that join and race. */
class TimeExamplesTest {
    private final ManualClock clock = new ManualClock();

    @Test
    void bounding_and_selecting() {
        Pollable<String> answer = cx -> Poll.pending();
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            Pollable<String> bounded = Timeout.of(answer, Duration.ofSeconds(2));

            Pollable<String> heard = Select.<String>of()
                    .on(answer, text -> "they said " + text)
                    .on(Sleep.of(Duration.ofSeconds(5)), over -> "they were silent");

            assertThat(runtime.blockOn(heard)).isEqualTo("they were silent");
            assertThatThrownBy(() -> runtime.blockOn(bounded)).hasRootCauseInstanceOf(TimeoutException.class);
            assertThat(clock.nanos()).isEqualTo(Duration.ofSeconds(7).toNanos());
        }
    }

    @Test
    void holding_back() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            DelayQueue<String> sessions = new DelayQueue<>(runtime.clock());
            DelayQueue.Key<String> key = sessions.insert("alice", Duration.ofMinutes(20));
            clock.advance(Duration.ofMinutes(15));
            sessions.reset(key, Duration.ofMinutes(20)); // alice was seen again

            String expired = runtime.blockOn(cx -> {
                String session = sessions.poll(cx);
                return session == null ? Poll.pending() : Poll.ready(session);
            });
            assertThat(expired).isEqualTo("alice");
            assertThat(clock.nanos()).isEqualTo(Duration.ofMinutes(35).toNanos());
        }
    }

    @Test
    void joining_and_racing() {
        Pollable<String> header = cx -> Poll.ready("head ");
        Pollable<String> body = cx -> Poll.ready("text");
        Pollable<String> mirror = cx -> Poll.ready("mirror");
        Pollable<String> origin = cx -> Poll.pending();
        try (TaskRuntime runtime = TaskRuntime.currentThread().build()) {
            Pollable<String> page = Join.of(header, body, (head, text) -> head + text);
            Pollable<String> fastest = Race.of(mirror, origin);
            Pollable<List<Join.Settled<String>>> each = Join.settled(List.of(mirror, header));

            assertThat(runtime.blockOn(page)).isEqualTo("head text");
            assertThat(runtime.blockOn(fastest)).isEqualTo("mirror");
            assertThat(runtime.blockOn(each)).hasSize(2);
        }
    }
}
