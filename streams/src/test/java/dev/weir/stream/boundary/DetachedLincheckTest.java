package dev.weir.stream.boundary;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.runtime.RuntimeMetrics;
import dev.weir.runtime.TaskBuilder;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.task.Scheduler;
import dev.weir.task.Source;
import dev.weir.task.Task;
import dev.weir.time.Clock;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Owner and feeder of a boundary in any interleaving of two threads: neither goes to rest while the other has left it
 * something to do. (JUnit's assertions, as Lincheck cannot look into AssertJ's.)
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class DetachedLincheckTest {
    private static final int INTERLEAVINGS = Boolean.getBoolean("weir.long") ? 20_000 : 100;

    private static Context contextWokenBy(AtomicInteger wakes) {
        Host host = new Host() {
            @Override
            public <S> S service(Class<S> type) {
                return null;
            }
        };
        return new Context(host, 100).withWaker(wakes::incrementAndGet);
    }

    @Test
    void room_made_while_the_feeder_goes_to_rest_is_seen_or_wakes_it() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Boundary boundary = new Boundary(1, Integer.MAX_VALUE);
            assertNull(boundary.take());
            Thread feeding = new Thread(boundary::feed);
            feeding.start();
            Integer first = boundary.take();
            join(feeding);
            boolean wokenForTheFirst = boundary.ownerWakes.get() > 0;
            assertTrue(first != null || wokenForTheFirst, "the owner neither saw the item nor was it woken");
            if (first != null) {
                Integer second = boundary.take();
                assertTrue(
                        second != null || boundary.feederWakes.get() > 0,
                        "the feeder neither saw the room nor was it woken");
            }
        });
    }

    @Test
    void an_item_that_comes_while_the_owner_goes_to_rest_is_seen_or_wakes_it() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Boundary boundary = new Boundary(8, 1); // half of the ring is never filled
            assertNull(boundary.take());
            boundary.ownerWakes.set(0);
            Thread feeding = new Thread(boundary::feed);
            feeding.start();
            Integer first = boundary.take();
            join(feeding);
            assertTrue(first != null || boundary.ownerWakes.get() > 0, "neither seen nor woken");
            assertEquals(0, first != null ? first : boundary.take());
        });
    }

    @Test
    void items_that_come_in_a_chunk_of_their_own_are_seen_or_wake_the_owner() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Boundary boundary = new Boundary(4, 2, 1);
            assertNull(boundary.take());
            Thread feeding = new Thread(boundary::feed);
            feeding.start();
            Integer first = boundary.take();
            Integer second = first != null ? boundary.take() : null;
            join(feeding);
            assertTrue(second != null || boundary.ownerWakes.get() > 0, "neither seen nor woken");
            assertEquals(0, first != null ? first : boundary.take());
            assertEquals(1, second != null ? second : boundary.take());
        });
    }

    @Test
    void the_owner_is_woken_when_upstream_has_nothing_more_for_now() {
        Boundary boundary = new Boundary(8, 1);
        assertNull(boundary.take());
        boundary.feed();
        assertEquals(1, boundary.ownerWakes.get(), "for less than half of the ring, as no more will come");
        assertEquals(0, boundary.take());
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** A boundary whose two sides are polled by hand. */
    private static final class Boundary {
        final AtomicInteger ownerWakes = new AtomicInteger();
        final AtomicInteger feederWakes = new AtomicInteger();
        private final Context ownerContext = contextWokenBy(ownerWakes);
        private final Context feederContext = contextWokenBy(feederWakes);
        private final Keeping runtime = new Keeping();
        private final Detached<Integer> detached;

        Boundary(int capacity, int items) {
            this(capacity, items, capacity);
        }

        Boundary(int capacity, int items, int chunk) {
            detached = new Detached<>(new Numbers(items), runtime, capacity, chunk);
        }

        Integer take() {
            try {
                return detached.poll(ownerContext);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        void feed() {
            try {
                assertNotNull(runtime.kept);
                assertTrue(runtime.kept.poll(feederContext).isPending());
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    /** So many numbers, and then nothing more for now. */
    private static final class Numbers implements Source<Integer> {
        private final int count;
        private int next;

        Numbers(int count) {
            this.count = count;
        }

        @Override
        public Integer poll(Context cx) {
            return next < count ? next++ : null;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {}
    }

    /** Keeps what is spawned instead of running it. */
    private static final class Keeping implements TaskRuntime, Scheduler {
        Pollable<?> kept;

        @Override
        public <T> JoinHandle<T> spawn(Pollable<T> pollable) {
            kept = pollable;
            return new Task<>(pollable, this);
        }

        @Override
        public TaskBuilder task() {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> JoinHandle<T> spawnBlocking(Callable<T> call) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <T> T blockOn(Pollable<T> pollable) {
            throw new UnsupportedOperationException();
        }

        @Override
        public <S> S service(Class<S> type) {
            return null;
        }

        @Override
        public Clock clock() {
            throw new UnsupportedOperationException();
        }

        @Override
        public RuntimeMetrics metrics() {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shutdown(Duration timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}

        @Override
        public void schedule(Task<?> task) {}

        @Override
        public void requeue(Task<?> task) {}

        @Override
        public void completed(Task<?> task) {}

        @Override
        public void undeliverable(Throwable thrown) {
            throw new AssertionError(thrown);
        }
    }
}
