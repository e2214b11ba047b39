package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.sync.Channel;
import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Select;
import dev.weir.time.DelayQueue;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

/**
 * Trees of joins, races and selects, and a delay queue, made by chance, each beside a model. Of whatever was combined
 * every part must be closed once, and polled neither after its end nor after its close.
 */
class CombinatorsModelTest {
    private static final int SEEDS = Iterations.of(200, 10_000);

    private static final long MILLI = 1_000_000;

    // ---------------------------------------------------------------------------------------- joins, races, selects

    @Test
    void joins_races_and_selects_end_as_their_parts_do_and_close_every_one() {
        int[] outcomes = new int[3];
        Simulation.explore(SEEDS, runtime -> {
            CombinedParts parts = new CombinedParts(runtime);
            JoinHandle<Integer> whole = runtime.spawn("whole", parts.tree(3));
            cancelLater(runtime, whole);
            return cx -> {
                try {
                    if (whole.poll(cx).isPending()) {
                        return Poll.pending();
                    }
                    outcomes[0]++;
                } catch (CancellationException cancelled) {
                    outcomes[1]++;
                } catch (CompletionException failed) {
                    assertThat(failed).hasCauseInstanceOf(CombinedParts.Planted.class);
                    outcomes[2]++;
                }
                parts.assertEachClosedOnce();
                return Poll.ready(true);
            };
        });
        assertThat(outcomes).doesNotContain(0); // finished, cancelled, failed: all of it has happened
    }

    private static void cancelLater(SimulatedRuntime runtime, JoinHandle<?> victim) {
        Duration delay = Duration.ofMillis(runtime.random().nextInt(30));
        runtime.spawn("killer", new Script().then(() -> Sleep.of(delay)).run(victim::cancel));
    }

    @Test
    void a_select_that_is_made_again_and_again_loses_nothing_of_its_source() {
        Simulation.explore(SEEDS, runtime -> new SelectedSource(runtime).start());
    }

    // -------------------------------------------------------------------------------------------------- delay queue

    @Test
    void a_delay_queue_hands_out_what_was_not_removed_once_and_in_order_and_nothing_early() {
        int[] done = new int[3];
        Simulation.explore(SEEDS, runtime -> new Delays(runtime, done).start());
        assertThat(done).doesNotContain(0); // handed out, removed, moved
    }

    /** One queue that is filled, moved about and thinned by some tasks, and drained by another. */
    private static final class Delays {
        private final SimulatedRuntime runtime;
        private final Random random;
        private final int[] done;
        private final DelayQueue<Integer> queue;
        private final Map<Integer, DelayQueue.Key<Integer>> keys = new HashMap<>();
        /** Not before that by the clock. */
        private final Map<Integer, Long> due = new HashMap<>();

        private int inserted;
        private boolean complete;

        Delays(SimulatedRuntime runtime, int[] done) {
            this.runtime = runtime;
            this.random = runtime.random();
            this.done = done;
            this.queue = new DelayQueue<>(runtime.clock());
        }

        Pollable<?> start() {
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Script script = new Script();
                for (int step = 0; step < 8; step++) {
                    script.run(this::act).then(() -> Sleep.of(Duration.ofMillis(random.nextInt(4))));
                }
                all.add(runtime.spawn("actor " + i, script));
            }
            JoinHandle<Boolean> drain = runtime.spawn("drain", drain());
            return new Script()
                    .then(() -> PrimitivesModelTest.all(all))
                    .run(() -> {
                        complete = true;
                        insert(Duration.ZERO); // is enough to wake who drains, whatever he waits for
                    })
                    .then(() -> drain);
        }

        private Pollable<Boolean> drain() {
            return new Pollable<>() {
                @Override
                public Poll<Boolean> poll(Context cx) {
                    for (Integer item = queue.poll(cx); item != null; item = queue.poll(cx)) {
                        check(item);
                    }
                    assertThat(queue.size()).isEqualTo(keys.size());
                    return complete && queue.isEmpty() ? Poll.ready(true) : Poll.pending();
                }

                @Override
                public void close() {
                    queue.close();
                }
            };
        }

        private void insert(Duration delay) {
            int fresh = inserted++;
            expect(fresh, delay);
            keys.put(fresh, queue.insert(fresh, delay));
        }

        private void act() {
            int item = random.nextInt(inserted + 1);
            DelayQueue.Key<Integer> key = keys.get(item);
            Duration delay = Duration.ofNanos(random.nextInt(4) == 0 ? 0 : random.nextInt(8_000_000));
            if (key == null || random.nextInt(3) == 0) {
                insert(delay);
            } else if (random.nextBoolean()) {
                assertThat(queue.remove(key)).isEqualTo(item);
                forget(item);
                done[1]++;
            } else {
                expect(item, delay);
                queue.reset(key, delay);
                done[2]++;
            }
            for (DelayQueue.Key<Integer> each : keys.values()) {
                assertThat(each.deadlineNanos()).isGreaterThan(due.getOrDefault(each.item(), 0L) - MILLI);
            }
        }

        private void expect(int item, Duration delay) {
            due.put(item, runtime.clock().nanos() + delay.toNanos());
        }

        private void check(int item) {
            assertThat(keys).as("what is there").containsKey(item);
            assertThat(runtime.clock().nanos()).isGreaterThanOrEqualTo(due.get(item));
            long deadline = keys.get(item).deadlineNanos();
            assertThat(keys.values()).allMatch(other -> other.deadlineNanos() >= deadline);
            forget(item);
            done[0]++;
        }

        private void forget(int item) {
            keys.remove(item);
            due.remove(item);
        }
    }

    /** A source that is selected from beside sleeps: whichever branch wins, the items come in order and all of them. */
    private static final class SelectedSource {
        private static final int ITEMS = 10;

        private final SimulatedRuntime runtime;
        private int next;

        SelectedSource(SimulatedRuntime runtime) {
            this.runtime = runtime;
        }

        Pollable<?> start() {
            Random random = runtime.random();
            Channel<Integer> channel = Channel.bounded(1 + random.nextInt(2));
            Script sending = new Script();
            for (int i = 0; i < ITEMS; i++) {
                int item = i;
                Duration delay = Duration.ofMillis(random.nextInt(3));
                sending.then(() -> Sleep.of(delay)).then(() -> channel.sender().send(item));
            }
            runtime.spawn("sender", sending.run(channel.sender()::close));
            return new Pollable<Boolean>() {
                private Pollable<Boolean> turn = select(channel, random);

                @Override
                public Poll<Boolean> poll(Context cx) throws Exception {
                    for (; ; ) {
                        Poll<Boolean> goesOn = turn.poll(cx);
                        if (goesOn.isPending()) {
                            return Poll.pending();
                        }
                        if (!goesOn.get()) {
                            assertThat(next).isEqualTo(ITEMS);
                            return Poll.ready(true);
                        }
                        turn.close();
                        turn = select(channel, random);
                    }
                }

                @Override
                public void close() {
                    turn.close();
                }
            };
        }

        private Pollable<Boolean> select(Channel<Integer> channel, Random random) {
            boolean timed = !channel.receiver().isDone();
            Oneshot<Integer> never = new Oneshot<>();
            return Select.<Boolean>of()
                    .onIf(timed, Sleep.of(Duration.ofMillis(random.nextInt(4))), over -> true)
                    .onIf(timed, never, value -> true)
                    .onItem(channel.receiver(), item -> {
                        assertThat(item).isEqualTo(next++);
                        return true;
                    })
                    .orElse(() -> false);
        }
    }
}
