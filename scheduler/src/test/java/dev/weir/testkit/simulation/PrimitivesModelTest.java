package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.sync.ClosedException;
import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Interval;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Programs made by chance out of all that tasks wait for, each checked against a model that is written down in plain
 * fields: a poll is one step in a simulation, so the model can be brought up to date in the very step.
 */
class PrimitivesModelTest {
    private static final int SEEDS = Iterations.of(200, 10_000);

    @Test
    void oneshots_timeouts_sleeps_and_intervals_do_what_their_models_do() {
        int[] outcomes = new int[3];
        Simulation.explore(SEEDS, runtime -> new Oneshots(runtime, outcomes).start());
        assertThat(outcomes).doesNotContain(0); // received, closed, timed out: all of it has happened
    }

    /** Several oneshots with one receiver each, and senders and closers by chance. */
    private static final class Oneshots {
        private static final int COUNT = 4;

        private final SimulatedRuntime runtime;
        private final Random random;
        private final int[] outcomes;
        private final List<Oneshot<Integer>> oneshots = new ArrayList<>();
        /** What was sent first; null while nothing was, negative once it was closed before. */
        private final @Nullable Integer[] models = new @Nullable Integer[COUNT];

        Oneshots(SimulatedRuntime runtime, int[] outcomes) {
            this.runtime = runtime;
            this.random = runtime.random();
            this.outcomes = outcomes;
        }

        Pollable<?> start() {
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                oneshots.add(new Oneshot<>());
                all.add(runtime.spawn("receiver " + i, new Receiver(i, Duration.ofMillis(1 + random.nextInt(12)))));
            }
            for (int i = 0; i < 5; i++) {
                all.add(runtime.spawn("actor " + i, actor()));
            }
            return all(all);
        }

        private Script actor() {
            Script script = new Script();
            for (int step = 0; step < 6; step++) {
                int which = random.nextInt(COUNT);
                int value = random.nextInt(1000);
                switch (random.nextInt(5)) {
                    case 0, 1 -> sleep(script, Duration.ofMillis(random.nextInt(5)));
                    case 2 ->
                        script.run(() -> {
                            assertThat(oneshots.get(which).send(value)).isEqualTo(models[which] == null);
                            settle(which, value);
                        });
                    case 3 ->
                        script.run(() -> {
                            oneshots.get(which).close();
                            settle(which, -1);
                        });
                    default -> ticks(script, Duration.ofMillis(1 + random.nextInt(3)));
                }
            }
            return script;
        }

        private void settle(int which, int value) {
            if (models[which] == null) {
                models[which] = value;
            }
        }

        private void sleep(Script script, Duration length) {
            long[] start = {0};
            script.run(() -> start[0] = runtime.clock().nanos())
                    .then(() -> Sleep.of(length))
                    .run(() -> assertThat(runtime.clock().nanos() - start[0]).isGreaterThanOrEqualTo(length.toNanos()));
        }

        private void ticks(Script script, Duration period) {
            script.then(() -> new Ticks(Interval.of(period), period.toNanos(), runtime));
        }

        /** Waits for a value no longer than so. */
        private final class Receiver implements Pollable<Boolean> {
            private final int which;
            private final long nanos;
            private final Pollable<Integer> bounded;
            private long start = -1;

            Receiver(int which, Duration atMost) {
                this.which = which;
                this.nanos = atMost.toNanos();
                this.bounded = Timeout.of(oneshots.get(which), atMost);
            }

            @Override
            public Poll<Boolean> poll(Context cx) throws Exception {
                start = start < 0 ? runtime.clock().nanos() : start;
                try {
                    Poll<Integer> answer = bounded.poll(cx);
                    if (answer.isPending()) {
                        return Poll.pending();
                    }
                    assertThat(answer.get()).isEqualTo(models[which]);
                    outcomes[0]++;
                } catch (ClosedException closed) {
                    assertThat(models[which]).isEqualTo(-1);
                    outcomes[1]++;
                } catch (TimeoutException late) {
                    assertThat(runtime.clock().nanos() - start).isGreaterThanOrEqualTo(nanos);
                    assertThat(models[which]).as("a result that is there wins").isNull();
                    outcomes[2]++;
                }
                return Poll.ready(true);
            }

            @Override
            public void close() {
                bounded.close();
                settle(which, -1);
            }
        }
    }

    /** Three ticks, none of them early. */
    private static final class Ticks implements Pollable<Boolean> {
        private final Interval interval;
        private final long period;
        private final SimulatedRuntime runtime;
        private long start = -1;
        private long ticks;

        Ticks(Interval interval, long period, SimulatedRuntime runtime) {
            this.interval = interval;
            this.period = period;
            this.runtime = runtime;
        }

        @Override
        public Poll<Boolean> poll(Context cx) {
            start = start < 0 ? runtime.clock().nanos() : start;
            for (Long tick = interval.poll(cx); tick != null; tick = interval.poll(cx)) {
                assertThat(tick).isEqualTo(ticks);
                assertThat(runtime.clock().nanos() - start).isGreaterThanOrEqualTo(ticks * period);
                if (++ticks == 3) {
                    return Poll.ready(true);
                }
            }
            return Poll.pending();
        }

        @Override
        public void close() {
            interval.close();
        }
    }

    static Pollable<Integer> all(List<? extends Pollable<?>> parts) {
        int[] ended = {0};
        return cx -> {
            while (ended[0] < parts.size()) {
                if (parts.get(ended[0]).poll(cx).isPending()) {
                    return Poll.pending();
                }
                ended[0]++;
            }
            return Poll.ready(ended[0]);
        };
    }
}
