package dev.weir.stream.boundary;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Context;
import dev.weir.task.Host;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Owner and feeder in any interleaving of two threads: an owner that goes to rest has seen the end, or is woken for it;
 * also one that has got what it wanted.
 * (JUnit's assertions, as Lincheck cannot look into AssertJ's.)
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class FoldedLincheckTest {
    private static final int INTERLEAVINGS = Boolean.getBoolean("weir.long") ? 20_000 : 200;

    private static final class Owner {
        final Folded<Integer, Integer> folded = new Folded<>(n -> n, Integer::sum);
        final AtomicInteger wakes = new AtomicInteger();
        final AtomicBoolean sawEnd = new AtomicBoolean();
        boolean looksWhenWoken;
        private final Context cx = new Context(new NoServices(), 100).withWaker(this::wake);

        private void wake() {
            wakes.incrementAndGet();
            if (looksWhenWoken) {
                look();
            }
        }

        /** What a task does without demand. */
        void look() {
            if (folded.isDone()) {
                sawEnd.set(true);
            }
        }

        /** Whether there was an item, or the failure. */
        boolean finds() {
            try {
                return folded.poll(cx) != null;
            } catch (Exception failure) {
                return true;
            }
        }
    }

    private static final class NoServices implements Host {
        @Override
        public <S> @Nullable S service(Class<S> type) {
            return null;
        }
    }

    @Test
    void a_failure_that_comes_while_the_owner_goes_to_rest_is_thrown_or_wakes_it() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Owner owner = new Owner();
            Thread feeding =
                    new Thread(() -> owner.folded.end(Outcome.How.of(new IllegalStateException("as planned"))));
            feeding.start();
            boolean thrown = owner.finds();
            boolean done = owner.folded.isDone();
            join(feeding);
            assertTrue(thrown || owner.wakes.get() > 0, "neither thrown nor woken");
            if (!thrown) {
                assertFalse(done, "null and then done would mean completed (S3)");
                assertThrows(IllegalStateException.class, () -> owner.folded.poll(owner.cx));
            }
        });
    }

    @Test
    void an_item_and_a_completion_that_come_while_the_owner_goes_to_rest_are_seen_or_wake_it() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Owner owner = new Owner();
            Thread feeding = new Thread(() -> {
                owner.folded.put(1);
                owner.folded.end(Outcome.How.of(null));
            });
            feeding.start();
            boolean found = owner.finds();
            boolean done = owner.folded.isDone();
            join(feeding);
            assertTrue(found || owner.wakes.get() > 0, "the item was neither seen nor was the owner woken");
            assertTrue(found || !done, "done before the item");
            assertTrue(done || owner.wakes.get() > 0 || owner.folded.isDone(), "the end was lost");
        });
    }

    @Test
    void an_end_behind_an_item_is_seen_or_wakes_who_wants_nothing_more() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Owner owner = new Owner();
            owner.looksWhenWoken = true;
            owner.finds();
            Thread feeding = new Thread(() -> {
                owner.folded.put(1);
                owner.folded.end(Outcome.How.of(null));
            });
            feeding.start();
            boolean found = owner.finds(); // and with that its task has given what was asked for
            owner.look();
            join(feeding);
            assertTrue(!found || owner.sawEnd.get(), "the end was lost");
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
