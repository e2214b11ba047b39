package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.sync.Broadcast;
import dev.weir.sync.Channel;
import dev.weir.sync.LaggedException;
import dev.weir.sync.Watch;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

/**
 * What hands on values in {@code dev.weir.sync}, under tasks made by chance, against a model in plain fields. That a
 * program ends at all is half of the test: a wake that is lost is a deadlock here.
 */
class SyncModelTest {
    private static final int SEEDS = Iterations.of(200, 10_000);

    @Test
    void a_bounded_channel_is_a_queue_of_its_capacity() {
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            int capacity = 1 + random.nextInt(3);
            Channel<Integer> channel = Channel.bounded(capacity);
            Queue<Integer> model = new ArrayDeque<>();
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                Channel.Sender<Integer> sender =
                        i == 0 ? channel.sender() : channel.sender().copy();
                all.add(runtime.spawn(
                        "sender " + i, new Sending(sender, model, capacity, i * 100, 1 + random.nextInt(8))));
            }
            JoinHandle<?> fickle = all.remove(3);
            cancelLater(runtime, fickle);
            Channel.Receiver<Integer> receiver = channel.receiver();
            Pollable<Boolean> receiving = cx -> {
                for (Integer item = receiver.poll(cx); item != null; item = receiver.poll(cx)) {
                    assertThat(item).isEqualTo(model.poll());
                }
                if (!receiver.isDone()) {
                    return Poll.pending();
                }
                assertThat(model).isEmpty();
                return Poll.ready(true);
            };
            return new Script()
                    .then(() -> receiving)
                    .then(() -> PrimitivesModelTest.all(all))
                    .then(() -> ended(fickle));
        });
    }

    /** Sends its items one after the other; the model has them in the order of the sends. */
    private static final class Sending implements Pollable<Boolean> {
        private final Channel.Sender<Integer> sender;
        private final Queue<Integer> model;
        private final int capacity;
        private final int first;
        private final int count;
        private int sent;

        Sending(Channel.Sender<Integer> sender, Queue<Integer> model, int capacity, int first, int count) {
            this.sender = sender;
            this.model = model;
            this.capacity = capacity;
            this.first = first;
            this.count = count;
        }

        @Override
        public Poll<Boolean> poll(Context cx) {
            while (sent < count) {
                if (!sender.pollSend(cx, first + sent)) {
                    return Poll.pending();
                }
                model.add(first + sent++);
                assertThat(model).hasSizeLessThanOrEqualTo(capacity);
            }
            return Poll.ready(true);
        }

        @Override
        public void close() {
            sender.close();
        }
    }

    @Test
    void a_watch_shows_the_newest_value_and_never_an_older_one_again() {
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            Watch.Sender<Integer> sender = Watch.of(0);
            int last = 1 + random.nextInt(8);
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Watch.Receiver<Integer> receiver = sender.subscribe();
                int[] seen = {0};
                all.add(runtime.spawn("watcher " + i, new Pollable<Boolean>() {
                    @Override
                    public Poll<Boolean> poll(Context cx) {
                        while (seen[0] < last) {
                            if (!receiver.pollChanged(cx)) {
                                return Poll.pending();
                            }
                            int value = receiver.getAndMarkSeen();
                            assertThat(value).isGreaterThan(seen[0]).isEqualTo(sender.get());
                            seen[0] = value;
                        }
                        return Poll.ready(true);
                    }

                    @Override
                    public void close() {
                        receiver.close();
                    }
                }));
            }
            Script sending = new Script();
            for (int value = 1; value <= last; value++) {
                int next = value;
                sending.then(() -> Sleep.of(Duration.ofMillis(random.nextInt(3))))
                        .run(() -> sender.send(next));
            }
            runtime.spawn("sender", sending);
            return PrimitivesModelTest.all(all);
        });
    }

    @Test
    void a_broadcast_gives_everybody_everything_in_order_or_says_how_much_was_missed() {
        long[] missed = {0};
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            Broadcast.Sender<Integer> sender = Broadcast.withCapacity(2);
            int count = 1 + random.nextInt(10);
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                Broadcast.Receiver<Integer> receiver = sender.subscribe();
                long[] next = {0};
                all.add(runtime.spawn("listener " + i, new Pollable<Boolean>() {
                    @Override
                    public Poll<Boolean> poll(Context cx) {
                        for (; ; ) {
                            try {
                                Integer item = receiver.poll(cx);
                                if (item == null) {
                                    if (!receiver.isDone()) {
                                        return Poll.pending();
                                    }
                                    assertThat(next[0]).isEqualTo(count);
                                    return Poll.ready(true);
                                }
                                assertThat((long) item).isEqualTo(next[0]++);
                            } catch (LaggedException lagged) {
                                missed[0] += lagged.missed();
                                next[0] += lagged.missed();
                            }
                        }
                    }

                    @Override
                    public void close() {
                        receiver.close();
                    }
                }));
            }
            Script sending = new Script();
            for (int value = 0; value < count; value++) {
                int item = value;
                if (random.nextBoolean()) {
                    sending.then(() -> Sleep.of(Duration.ofMillis(random.nextInt(3))));
                }
                sending.run(() -> sender.send(item));
            }
            runtime.spawn("sender", sending.run(sender::close));
            return PrimitivesModelTest.all(all);
        });
        assertThat(missed[0]).isPositive();
    }

    /** Waits for the end of a task, cancelled or not. */
    static Pollable<Boolean> ended(JoinHandle<?> task) {
        return cx -> {
            try {
                return task.poll(cx).isPending() ? Poll.pending() : Poll.ready(true);
            } catch (CancellationException cancelled) {
                return Poll.ready(false);
            }
        };
    }

    static void cancelLater(SimulatedRuntime runtime, JoinHandle<?> victim) {
        runtime.spawn(
                "killer",
                new Script()
                        .then(() -> Sleep.of(Duration.ofMillis(runtime.random().nextInt(5))))
                        .run(victim::cancel));
    }
}
