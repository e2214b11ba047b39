package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Join;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Race;
import dev.weir.task.Select;
import dev.weir.task.Source;
import dev.weir.testkit.ScriptedSource;
import dev.weir.time.DelayQueue;
import dev.weir.time.Interval;
import dev.weir.time.ManualClock;
import dev.weir.time.MissedTick;
import dev.weir.time.Sleep;
import dev.weir.time.Throttle;
import dev.weir.time.Timeout;
import dev.weir.time.Timer;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/**
 * The examples of the documentation of {@code dev.weir.time}, and those of {@code dev.weir.task} that join and race; {@link
 * DocumentedExamplesTest} compares.
 */
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

    // ---- class by class ----

    @Test
    void a_clock_measures() {
        Pollable<?> work = Sleep.of(Duration.ofSeconds(3));
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            long begun = runtime.clock().nanos();
            runtime.blockOn(work);
            Duration took = Duration.ofNanos(runtime.clock().nanos() - begun);
            assertThat(took).isEqualTo(Duration.ofSeconds(3));
        }
    }

    @Test
    void an_interval_beats() {
        AtomicInteger sent = new AtomicInteger();
        Runnable send = sent::incrementAndGet;
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(clock).build()) {
            Interval beat = Interval.of(Duration.ofSeconds(10));
            Pollable<Void> heart = cx -> {
                while (beat.poll(cx) != null) {
                    send.run();
                }
                return Poll.pending();
            };

            runtime.spawn(heart);
            runtime.elapse(Duration.ofSeconds(25));
            assertThat(sent).as("at 0, 10 and 20").hasValue(3);
        }
    }

    @Test
    void an_interval_skips_what_was_missed() {
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(clock).build()) {
            Interval poll = Interval.of(Duration.ZERO, Duration.ofSeconds(10), MissedTick.SKIP);

            Pollable<Long> next = cx -> {
                Long tick = poll.poll(cx);
                return tick == null ? Poll.pending() : Poll.ready(tick);
            };
            runtime.blockOn(next);
            clock.advance(Duration.ofSeconds(25));
            runtime.blockOn(next);
            runtime.blockOn(next);
            assertThat(clock.nanos()).isEqualTo(Duration.ofSeconds(30).toNanos());
        }
    }

    @Test
    void a_year_takes_no_time() {
        ManualClock clock = new ManualClock();
        try (CurrentThreadRuntime runtime =
                TaskRuntime.currentThread().clock(clock).build()) {
            runtime.blockOn(Sleep.of(Duration.ofDays(365))); // returns at once
        }
        assertThat(clock.nanos()).isEqualTo(Duration.ofDays(365).toNanos());
    }

    @Test
    void another_try_a_little_later() {
        Pollable<String> retry = Pollable.ready("done");
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            Pollable<String> later = Sleep.of(Duration.ofMillis(100)).then(over -> retry);

            assertThat(runtime.blockOn(later)).isEqualTo("done");
            assertThat(clock.nanos()).isEqualTo(Duration.ofMillis(100).toNanos());
        }
    }

    @Test
    void no_more_than_so_many_a_second() {
        ScriptedSource<String> lines = ScriptedSource.of("a", "b", "c");
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            Source<String> calm = Throttle.of(lines, Duration.ofMillis(10)); // at most a hundred a second

            List<String> got = new ArrayList<>();
            runtime.blockOn(cx -> {
                for (String line = calm.poll(cx); line != null; line = calm.poll(cx)) {
                    got.add(line);
                }
                return got.size() < 3 ? Poll.pending() : Poll.done();
            });
            assertThat(clock.nanos()).isEqualTo(Duration.ofMillis(20).toNanos());
        }
    }

    /** For who writes primitives of his own. */
    @Test
    void timers_without_a_sleep() {
        try (TaskRuntime runtime = TaskRuntime.currentThread().clock(clock).build()) {
            long deadline = 5_000_000;
            assertThat(runtime.<Boolean>blockOn(cx -> {
                        Timer timer = cx.service(Timers.class).schedule(deadline, cx.waker());
                        timer.reset(deadline + 1_000_000); // a millisecond later
                        timer.cancel();
                        return Poll.ready(timer.hasFired());
                    }))
                    .isFalse();

            Timer[] set = {null};
            runtime.blockOn(cx -> {
                if (set[0] == null) {
                    Timers timers = cx.service(Timers.class); // those of the driver at hand
                    Timer timer = timers.schedule(deadline, cx.waker());
                    set[0] = timer;
                }
                return set[0].register(cx.waker()) ? Poll.pending() : Poll.done();
            });
            assertThat(clock.nanos()).isEqualTo(deadline);
        }
    }
}
