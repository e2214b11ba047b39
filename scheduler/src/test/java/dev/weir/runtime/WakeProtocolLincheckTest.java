package dev.weir.runtime;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Iterations;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * No wake-up is lost, whatever the interleaving. The parkers spin on their permit: one that blocked the thread might
 * return for no reason, so that a model checker takes no wait for a hang (JUnit's assertions, as Lincheck cannot look
 * into AssertJ's).
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class WakeProtocolLincheckTest {
    private static final int INVOCATIONS = Iterations.scaled(200);

    /** The state word of the real parker, and a thread that waits by spinning. */
    private static final class SpinningParker extends ThreadParker {
        private volatile boolean signalled;

        @Override
        void await(long nanos) {
            while (!signalled) {
                Thread.onSpinWait();
            }
            signalled = false;
        }

        @Override
        void signal() {
            signalled = true;
        }
    }

    /** Some work, and the workers that share it. */
    private static final class Crew {
        final Idle idle;
        final AtomicInteger work = new AtomicInteger();
        final AtomicInteger left;
        final Hand[] hands;

        Crew(int workers, int pieces) {
            idle = new Idle(workers);
            left = new AtomicInteger(pieces);
            hands = new Hand[workers];
            for (int i = 0; i < workers; i++) {
                hands[i] = new Hand(this);
            }
        }

        void hire(Thread[] threads) {
            for (int i = 0; i < threads.length; i++) {
                threads[i] = new Thread(hands[i]::work);
                threads[i].start();
            }
        }

        void add() {
            work.incrementAndGet();
            idle.wakeOne();
        }
    }

    /** A worker reduced to what it does between its last look and its wait. */
    private static final class Hand extends Idle.Sleeper {
        private final Crew crew;
        private final Idle idle;
        private final Parker parker = new SpinningParker();
        private boolean searching;

        Hand(Crew crew) {
            this.crew = crew;
            this.idle = crew.idle;
        }

        /** Until all is done. */
        void work() {
            while (crew.left.get() > 0) {
                if (takes() || (maySearch() && takes())) {
                    if (crew.left.decrementAndGet() == 0) {
                        for (Hand each : crew.hands) {
                            each.unpark();
                        }
                    }
                } else {
                    sleep();
                }
            }
        }

        private boolean maySearch() {
            searching = searching || idle.trySearch();
            return searching;
        }

        private boolean takes() {
            if (crew.work.getAndUpdate(count -> Math.max(0, count - 1)) == 0) {
                return false;
            }
            if (searching) {
                searching = false;
                if (idle.stopSearching() && crew.work.get() > 0) {
                    idle.wakeOne();
                }
            }
            return true;
        }

        private void sleep() {
            boolean lastSearcher = searching && idle.stopSearching();
            idle.sleep(this, false);
            if (!lastSearcher || crew.work.get() == 0) {
                while (asleep && crew.left.get() > 0) {
                    parker.park(Long.MAX_VALUE);
                }
            }
            searching = idle.wakeUp(this);
        }

        @Override
        void unpark() {
            parker.unpark();
        }
    }

    @Test
    void work_from_outside_is_seen_by_a_worker_that_goes_to_sleep() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Crew crew = new Crew(1, 1);
            Thread[] threads = new Thread[1];
            crew.hire(threads);
            crew.add();
            join(threads[0]);
            assertEquals(0, crew.work.get());
        });
    }

    @Test
    void one_of_two_workers_sees_what_comes_while_they_go_to_sleep() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Crew crew = new Crew(2, 2);
            Thread[] threads = new Thread[2];
            crew.hire(threads);
            crew.add();
            crew.add();
            join(threads[0]);
            join(threads[1]);
            assertEquals(0, crew.work.get());
        });
    }

    /** Whoever begins to run tasks is watched, or calls somebody to watch. */
    @Test
    void a_watcher_that_gives_up_is_replaced_when_somebody_wakes() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Crew crew = new Crew(2, 1);
            Idle idle = crew.idle;
            Hand watcher = crew.hands[0];
            Hand runner = crew.hands[1];
            idle.sleep(runner, true);
            idle.sleep(watcher, false);
            boolean[] watches = {false};
            Thread thread = new Thread(() -> {
                idle.stopWatching(watcher);
                watches[0] = idle.tryWatch(watcher);
            });
            thread.start();
            idle.wakeUp(runner);
            idle.ensureWatcher();
            join(thread);
            assertTrue(watches[0] || !watcher.asleep);
        });
    }

    /** One that wakes up calls for a watcher in vain while another searches: so that one calls when it has found work. */
    @Test
    void a_searcher_that_finds_work_sees_to_it_that_somebody_watches() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Crew crew = new Crew(3, 1);
            Idle idle = crew.idle;
            Hand sleeper = crew.hands[2];
            idle.sleep(sleeper, false);
            assertTrue(idle.trySearch());
            Thread searcher = new Thread(() -> {
                idle.stopSearching();
                idle.ensureWatcher();
            });
            searcher.start();
            idle.ensureWatcher();
            join(searcher);
            assertTrue(!sleeper.asleep);
        });
    }

    @Test
    void a_permit_is_seen_by_who_goes_to_park() {
        Lincheck.runConcurrentTest(INVOCATIONS, () -> {
            Parker parker = new SpinningParker();
            AtomicInteger work = new AtomicInteger();
            Thread thread = new Thread(() -> {
                while (work.get() < 2) {
                    parker.park(Long.MAX_VALUE);
                }
            });
            thread.start();
            work.incrementAndGet();
            parker.unpark();
            work.incrementAndGet();
            parker.unpark();
            join(thread);
            assertEquals(2, work.get());
        });
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
