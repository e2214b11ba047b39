package dev.weir.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The owner of a set joins while tasks end elsewhere: nobody is joined twice, forgotten, or unheard. */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public class JoinSetLincheckTest {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    /** Nothing is scheduled: the test runs the tasks. */
    private static final Scheduler NOWHERE = new Scheduler() {
        @Override
        public void schedule(Task<?> task) {}

        @Override
        public void requeue(Task<?> task) {}

        @Override
        public void completed(Task<?> task) {}

        @Override
        public void undeliverable(Throwable thrown) {}
    };

    private final JoinSet<Integer> set = new JoinSet<>(new Spawner() {
        @Override
        public <T> JoinHandle<T> spawn(Pollable<T> pollable) {
            return new Task<>(pollable, NOWHERE);
        }
    });
    private final Task<?>[] tasks = new Task<?>[4];
    private final AtomicInteger next = new AtomicInteger();
    private final Context cx = new Context(NOBODY, Budget.DEFAULT);

    public JoinSetLincheckTest() {
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = (Task<?>) set.spawn(new Numbered(i));
        }
    }

    /** No lambda and no record: the model checker sees through neither. */
    private static final class Numbered implements Pollable<Integer> {
        private final int number;

        Numbered(int number) {
            this.number = number;
        }

        @Override
        public Poll<Integer> poll(Context cx) {
            return Poll.ready(number);
        }
    }

    /** The next task ends, in the order of their numbers where one thread ends them. */
    @Operation(nonParallelGroup = "ender")
    public int end() {
        int id = next.getAndIncrement();
        if (id < tasks.length) {
            tasks[id].run(new Context(NOBODY, 1));
        }
        return id;
    }

    @Operation(nonParallelGroup = "owner")
    public String join() {
        return outcomeOf(set.tryJoinNext());
    }

    @Operation(nonParallelGroup = "owner")
    public String poll() {
        Poll<JoinHandle<Integer>> answer = set.pollNext(cx);
        return answer.isPending() ? "pending" : outcomeOf(answer.get());
    }

    @Operation(nonParallelGroup = "owner")
    public int size() {
        return set.size();
    }

    @Operation(nonParallelGroup = "owner")
    public void detach() {
        set.detachAll();
    }

    private static String outcomeOf(JoinHandle<Integer> handle) {
        return handle == null ? "none" : "task " + handle.join();
    }

    @Test
    void is_linearizable() {
        new ModelCheckingOptions()
                .iterations(Iterations.of(6, 40))
                .threads(2)
                .actorsPerThread(4)
                .invocationsPerIteration(300)
                .check(JoinSetLincheckTest.class);
    }

    @Test
    void an_owner_that_waits_is_woken_and_two_tasks_that_end_at_once_are_both_joined() {
        Lincheck.runConcurrentTest(300, () -> {
            EndedTasks<Integer> ended = new EndedTasks<>();
            Task<Integer> one = new Task<>(x -> Poll.ready(1), NOWHERE);
            Task<Integer> two = new Task<>(x -> Poll.ready(2), NOWHERE);
            one.onEnd(new EndedTasks.Member<>(one, ended));
            two.onEnd(new EndedTasks.Member<>(two, ended));
            AtomicInteger wakes = new AtomicInteger();
            Thread other = new Thread(() -> one.run(new Context(NOBODY, 1)));
            Thread another = new Thread(() -> two.run(new Context(NOBODY, 1)));
            other.start();
            another.start();
            ended.register(wakes::incrementAndGet);
            int sum = 0;
            EndedTasks.Member<Integer> first = ended.take();
            if (first != null) {
                sum += first.handle.join();
            }
            try {
                other.join();
                another.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertTrue(first != null || wakes.get() > 0);
            for (EndedTasks.Member<Integer> m = ended.take(); m != null; m = ended.take()) {
                sum += m.handle.join();
            }
            assertEquals(3, sum);
        });
    }
}
