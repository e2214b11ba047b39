package dev.weir.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every short history of a sleep, so every transition of its word, beside what is said of it. */
class SleepModelTest {
    private static final long MILLI = 1_000_000;
    private static final int LENGTH = 6;

    private enum Event {
        POLL,
        RESET_SOON,
        RESET_FAR,
        DISARM,
        CLOSE,
        /** The driver takes what is listed. */
        LOOK,
        PASS
    }

    @Test
    void after_every_history_it_does_what_its_contract_says() {
        Event[] history = new Event[LENGTH];
        int histories = all(history, 0);
        assertThat(histories).isEqualTo((int) Math.pow(Event.values().length, LENGTH));
    }

    private static int all(Event[] history, int length) {
        if (length == history.length) {
            new Run(history).check();
            return 1;
        }
        int count = 0;
        for (Event event : Event.values()) {
            history[length] = event;
            count += all(history, length + 1);
        }
        return count;
    }

    private static final class Run {
        final Event[] history;
        final PausedHost host = new PausedHost(0, 128);
        final Sleep sleep = Sleep.of(3 * MILLI);
        /** What is expected: null before the first poll that counts. */
        @Nullable Long deadline;

        boolean pending;
        boolean closed;
        int wakes;

        Run(Event[] history) {
            this.history = history.clone();
        }

        void check() {
            for (Event event : history) {
                if (closed && (event == Event.POLL || event == Event.RESET_SOON || event == Event.RESET_FAR)) {
                    return; // which is refused: SleepTest
                }
                apply(event);
                assertThat(host.wakes).as(this::toString).hasValue(wakes);
            }
            assertThat(host.timers.size()).as(this::toString).isEqualTo(pending ? 1 : 0);
            if (pending) {
                assertThat(host.timers.nanosUntilNext())
                        .as(this::toString)
                        .isLessThanOrEqualTo(deadline - host.clock.nanos());
                host.advance(Duration.ofNanos(deadline - host.clock.nanos() - 1));
                assertThat(host.wakes).as(this::toString).hasValue(wakes);
                host.advance(Duration.ofNanos(1));
                assertThat(host.wakes).as(this::toString).hasValue(wakes + 1);
                assertThat(host.timers.size()).as(this::toString).isZero();
            }
        }

        private void apply(Event event) {
            long now = host.clock.nanos();
            switch (event) {
                case POLL -> {
                    if (deadline == null) {
                        deadline = now + 3 * MILLI;
                    }
                    boolean ready = deadline <= now;
                    assertThat(sleep.poll(host.cx).isReady()).as(this::toString).isEqualTo(ready);
                    pending = !ready;
                }
                case RESET_SOON -> reset(now + MILLI);
                case RESET_FAR -> reset(now + 90 * MILLI);
                case DISARM -> {
                    sleep.disarm();
                    pending = false;
                }
                case CLOSE -> {
                    sleep.close();
                    closed |= pending;
                    pending = false;
                }
                case LOOK -> host.timers.nanosUntilNext();
                case PASS -> {
                    host.advanceMillis(2);
                    if (pending && deadline <= host.clock.nanos()) {
                        pending = false;
                        wakes++;
                    }
                }
            }
        }

        private void reset(long to) {
            sleep.reset(to);
            deadline = to;
        }

        @Override
        public String toString() {
            return Arrays.toString(history);
        }
    }
}
