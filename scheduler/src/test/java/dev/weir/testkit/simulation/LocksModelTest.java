package dev.weir.testkit.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.sync.Barrier;
import dev.weir.sync.Mutex;
import dev.weir.sync.Notify;
import dev.weir.sync.RwLock;
import dev.weir.sync.Semaphore;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * What lets tasks take turns and wait for each other in {@code dev.weir.sync}, under tasks made by chance, of which one
 * gives up at any moment, against a model in plain fields. That a program ends at all is half of the test: a wake that
 * is lost, or a permit, is a deadlock here.
 */
class LocksModelTest {
    private static final int SEEDS = Iterations.of(200, 10_000);

    @Test
    void a_semaphore_never_gives_more_permits_than_it_has_and_gets_all_of_them_back() {
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            int permits = 1 + random.nextInt(4);
            Semaphore semaphore = new Semaphore(permits);
            int[] taken = {0};
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int n = 1 + random.nextInt(permits);
                Semaphore.Permit[] held = new Semaphore.Permit[1];
                Script script = new Script()
                        .<Semaphore.Permit>then(() -> semaphore.acquire(n), permit -> {
                            held[0] = permit;
                            taken[0] += n;
                            assertThat(taken[0]).isLessThanOrEqualTo(permits);
                        })
                        .then(() -> Sleep.of(Duration.ofMillis(random.nextInt(3))))
                        .run(() -> {
                            taken[0] -= n;
                            held[0].close();
                        });
                all.add(runtime.spawn("holder " + i, script));
            }
            JoinHandle<?> fickle = runtime.spawn(
                    "fickle",
                    new Script().<Semaphore.Permit>then(() -> semaphore.acquire(permits), Semaphore.Permit::close));
            SyncModelTest.cancelLater(runtime, fickle);
            return new Script()
                    .then(() -> PrimitivesModelTest.all(all))
                    .then(() -> SyncModelTest.ended(fickle))
                    .run(() -> {
                        assertThat(taken[0]).isZero();
                        assertThat(semaphore.available()).isEqualTo(permits);
                    });
        });
    }

    @Test
    void a_mutex_is_held_by_one_at_a_time_and_by_all_in_the_end() {
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            Mutex mutex = new Mutex();
            boolean[] locked = {false};
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                Mutex.Guard[] guard = new Mutex.Guard[1];
                Script script = new Script()
                        .<Mutex.Guard>then(mutex::lock, got -> {
                            assertThat(locked[0]).isFalse();
                            locked[0] = true;
                            guard[0] = got;
                        })
                        .then(() -> Sleep.of(Duration.ofMillis(random.nextInt(3))))
                        .run(() -> {
                            locked[0] = false;
                            guard[0].close();
                        });
                all.add(runtime.spawn("locker " + i, script));
            }
            JoinHandle<?> fickle =
                    runtime.spawn("fickle", new Script().<Mutex.Guard>then(mutex::lock, Mutex.Guard::close));
            SyncModelTest.cancelLater(runtime, fickle);
            return new Script()
                    .then(() -> PrimitivesModelTest.all(all))
                    .then(() -> SyncModelTest.ended(fickle))
                    .run(() -> assertThat(mutex.isLocked()).isFalse());
        });
    }

    @Test
    void a_read_write_lock_lets_in_readers_together_or_one_writer() {
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            RwLock lock = new RwLock();
            int[] readers = {0};
            int[] writers = {0};
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                AutoCloseable[] guard = new AutoCloseable[1];
                boolean writes = random.nextBoolean();
                Script script = new Script();
                if (writes) {
                    script.<RwLock.WriteGuard>then(lock::write, got -> {
                        guard[0] = got;
                        assertThat(readers[0] + writers[0]++).isZero();
                    });
                } else {
                    script.<RwLock.ReadGuard>then(lock::read, got -> {
                        guard[0] = got;
                        readers[0]++;
                        assertThat(writers[0]).isZero();
                    });
                }
                script.then(() -> Sleep.of(Duration.ofMillis(random.nextInt(3))))
                        .run(() -> {
                            (writes ? writers : readers)[0]--;
                            close(guard[0]);
                        });
                all.add(runtime.spawn((writes ? "writer " : "reader ") + i, script));
            }
            SyncModelTest.cancelLater(
                    runtime,
                    runtime.spawn(
                            "fickle", new Script().<RwLock.WriteGuard>then(lock::write, RwLock.WriteGuard::close)));
            return PrimitivesModelTest.all(all);
        });
    }

    @Test
    void a_notification_for_one_reaches_one_and_is_passed_on_by_who_is_cancelled() {
        Simulation.explore(SEEDS, runtime -> {
            Notify notify = new Notify();
            JoinHandle<?> fickle =
                    runtime.spawn("fickle", new Script().then(notify::notified).run(notify::notifyOne));
            JoinHandle<?> steady = runtime.spawn("steady", notify.notified());
            SyncModelTest.cancelLater(runtime, fickle);
            runtime.spawn(
                    "notifier",
                    new Script().then(() -> Sleep.of(Duration.ofMillis(3))).run(notify::notifyOne));
            return steady;
        });
    }

    @Test
    void a_barrier_opens_when_all_have_come_and_names_one_leader_a_round() {
        Simulation.explore(SEEDS, runtime -> {
            Random random = runtime.random();
            int parties = 1 + random.nextInt(4);
            int rounds = 3;
            Barrier barrier = new Barrier(parties);
            int[] arrived = {0};
            int[] leaders = {0};
            List<JoinHandle<?>> all = new ArrayList<>();
            for (int i = 0; i < parties; i++) {
                Script script = new Script();
                for (int round = 1; round <= rounds; round++) {
                    int due = round * parties;
                    script.then(() -> Sleep.of(Duration.ofMillis(random.nextInt(3))))
                            .<Boolean>then(
                                    () -> {
                                        arrived[0]++;
                                        return barrier.arrive();
                                    },
                                    leads -> {
                                        assertThat(arrived[0]).isGreaterThanOrEqualTo(due);
                                        leaders[0] += leads ? 1 : 0;
                                    });
                }
                all.add(runtime.spawn("party " + i, script));
            }
            return new Script()
                    .then(() -> PrimitivesModelTest.all(all))
                    .run(() -> assertThat(leaders[0]).isEqualTo(rounds));
        });
    }

    @Test
    void who_leaves_a_barrier_before_it_opens_has_not_arrived() {
        int[] replaced = {0};
        Simulation.explore(SEEDS, runtime -> {
            int parties = 2 + runtime.random().nextInt(3);
            Barrier barrier = new Barrier(parties);
            int[] present = {0};
            List<JoinHandle<?>> steady = new ArrayList<>();
            for (int i = 1; i < parties; i++) {
                steady.add(runtime.spawn("party " + i, new Visit(barrier, parties, present)));
            }
            JoinHandle<?> fickle = runtime.spawn("fickle", new Visit(barrier, parties, present));
            SyncModelTest.cancelLater(runtime, fickle);
            return new Script().then(() -> SyncModelTest.ended(fickle)).then(() -> {
                if (present[0] < parties) {
                    replaced[0]++;
                    steady.add(runtime.spawn("replacement", new Visit(barrier, parties, present)));
                }
                return PrimitivesModelTest.all(steady);
            });
        });
        assertThat(replaced[0]).isBetween(1, SEEDS - 1);
    }

    /** One round, which nobody gets through before all are present. */
    private static final class Visit implements Pollable<Boolean> {
        private final Pollable<Boolean> arrival;
        private final int parties;
        private final int[] present;
        private boolean came;

        Visit(Barrier barrier, int parties, int[] present) {
            this.arrival = barrier.arrive();
            this.parties = parties;
            this.present = present;
        }

        @Override
        public Poll<Boolean> poll(Context cx) throws Exception {
            present[0] += came ? 0 : 1;
            came = true;
            Poll<Boolean> answer = arrival.poll(cx);
            if (answer.isReady()) {
                assertThat(present[0]).isEqualTo(parties);
            }
            return answer;
        }

        @Override
        public void close() {
            if (came && present[0] < parties) {
                present[0]--;
            }
            arrival.close();
        }
    }

    private static void close(AutoCloseable guard) {
        try {
            guard.close();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
