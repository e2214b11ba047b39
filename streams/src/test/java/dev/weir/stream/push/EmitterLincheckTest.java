package dev.weir.stream.push;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jetbrains.lincheck.Lincheck;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Owner and emitter in any interleaving of two threads: an owner that goes to rest has seen the end, or is woken for it;
 * also one that has got what it wanted. (JUnit's assertions, as Lincheck cannot look into AssertJ's.)
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class EmitterLincheckTest {
    private static final int INTERLEAVINGS = Boolean.getBoolean("weir.long") ? 20_000 : 100;

    private static final class Owner {
        final Emitter<Integer> emitter = new Emitter<>(2, Overflow.FAIL);
        final Source<Integer> source = emitter.source();
        final AtomicBoolean sawEnd = new AtomicBoolean();
        private final Context cx = new Context(new NoServices(), 100).withWaker(this::look);

        /** What a task does without demand, and again whenever it is woken. */
        void look() {
            if (source.isDone()) {
                sawEnd.set(true);
            }
        }

        boolean finds() {
            try {
                return source.poll(cx) != null;
            } catch (Exception failure) {
                throw new AssertionError(failure);
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
    void a_completion_behind_an_item_is_seen_or_wakes_who_wants_nothing_more() {
        Lincheck.runConcurrentTest(INTERLEAVINGS, () -> {
            Owner owner = new Owner();
            owner.finds();
            Thread emitting = new Thread(() -> {
                owner.emitter.emit(1);
                owner.emitter.complete();
            });
            emitting.start();
            boolean found = owner.finds(); // and with that its task has given what was asked for
            owner.look();
            join(emitting);
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
