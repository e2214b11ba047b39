package dev.weir.task;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.ThreadIdGen;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jetbrains.lincheck.datastructures.verifier.EpsilonVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Model checks of the protocols that decide whether anybody is woken. Sequentially consistent schedules only: the weaker
 * ones are jcstress's. They are no linearizable objects but promises about the end ("seen, or woken"), so results are not
 * compared with a specification; the promise is validated after each schedule.
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class WakeProtocolsLincheckTest {
    static ModelCheckingOptions options(int threads) {
        return new ModelCheckingOptions()
                .threads(threads)
                .actorsPerThread(3)
                .actorsBefore(1)
                .actorsAfter(1)
                .iterations(Iterations.of(3, 40))
                .invocationsPerIteration(300);
    }

    private static ModelCheckingOptions validated(int threads) {
        return options(threads).verifier(EpsilonVerifier.class);
    }

    @Test
    void waker_cell_never_leaves_a_consumer_asleep() {
        validated(2).check(OneConsumer.class);
    }

    @Test
    void waker_cell_never_leaves_a_consumer_asleep_between_two_notifiers() {
        validated(3).check(OneConsumer.class);
    }

    @Test
    void ready_set_loses_no_child_and_leaves_no_parent_asleep() {
        validated(2).loopBound(200).check(ManyChildren.class);
    }

    @Test
    void ready_set_loses_no_child_of_two_wakers() {
        validated(3).loopBound(200).check(ManyChildren.class);
    }

    @Test
    void task_registry_lets_no_task_escape_its_close() {
        options(2).sequentialSpecification(RegistrySpecification.class).check(Registry.class);
    }

    /** S2 on a single slot. */
    public static class OneConsumer {
        private final WakerCell cell = new WakerCell();
        private final AtomicInteger condition = new AtomicInteger();
        private volatile boolean woken = true;
        private final Waker waker = () -> woken = true;
        private final Waker other = () -> woken = true;
        private int seen;

        @Operation(nonParallelGroup = "consumer")
        public void poll() {
            woken = false;
            cell.register(waker);
            seen = condition.get();
        }

        @Operation(nonParallelGroup = "consumer")
        public void pollForAnotherOwner() {
            woken = false;
            cell.register(other);
            seen = condition.get();
        }

        @Operation
        public void happen() {
            condition.incrementAndGet();
            cell.wake();
        }

        @Validate
        public void seenOrWoken() {
            if (seen != condition.get() && !woken) {
                throw new IllegalStateException("saw " + seen + " of " + condition + " and sleeps");
            }
        }
    }

    /** S2 on a set: children in one word, in two, and in a segment that is added meanwhile. */
    public static class ManyChildren {
        private static final int[] CHILDREN = {0, 1, 64, 4096};

        private final ReadySet set = new ReadySet(1 << 20);
        private final Waker[] wakers = new Waker[CHILDREN.length];
        private final boolean[] announced = new boolean[CHILDREN.length];
        private final int[] written = new int[CHILDREN.length];
        private final int[] seen = new int[CHILDREN.length];
        private volatile boolean woken = true;
        private final Waker parent = () -> woken = true;

        private volatile boolean grown;

        public ManyChildren() {
            for (int i = 0; i < 3; i++) {
                wakers[i] = set.waker(CHILDREN[i]);
            }
        }

        @Operation
        public void wake(@Param(gen = IntGen.class, conf = "0:3") int i) {
            if (i == 3 && !grown) {
                return;
            }
            announced[i] = true;
            written[i]++;
            wakers[i].wake();
        }

        @Operation(nonParallelGroup = "owner")
        public void grow() {
            wakers[3] = set.waker(CHILDREN[3]);
            grown = true;
        }

        @Operation(nonParallelGroup = "owner")
        public void mark(@Param(gen = IntGen.class, conf = "0:3") int i) {
            announced[i] = true;
            set.mark(CHILDREN[i]);
            woken = true; // an owner that marks polls again
        }

        @Operation(nonParallelGroup = "owner")
        public void poll() {
            woken = false;
            set.register(parent);
            takeAll();
        }

        private void takeAll() {
            for (int child = set.next(); child >= 0; child = set.next()) {
                int i = child == 4096 ? 3 : child == 64 ? 2 : child;
                if (!announced[i]) {
                    throw new IllegalStateException("child " + child + " was invented");
                }
                seen[i] = written[i];
            }
        }

        @Validate
        public void nothingLost() {
            int[] before = seen.clone();
            takeAll();
            for (int i = 0; i < CHILDREN.length; i++) {
                if (seen[i] != written[i]) {
                    throw new IllegalStateException("child " + CHILDREN[i] + " was lost");
                }
                if (before[i] != seen[i] && !woken) {
                    throw new IllegalStateException("child " + CHILDREN[i] + " is ready and its parent sleeps");
                }
            }
        }
    }

    /** One task a thread, as a task is added and removed by one worker at a time. */
    public static class Registry {
        private final TaskRegistry registry = new TaskRegistry();
        private final Lane lane = new Lane();
        private final Task<?>[] tasks = new Task<?>[8];
        private boolean closed;

        @Operation
        public boolean add(@Param(gen = ThreadIdGen.class) int thread) {
            if (tasks[thread] != null) {
                return false;
            }
            Task<Void> task = new Task<>(cx -> Poll.pending(), lane);
            boolean added = registry.add(task);
            tasks[thread] = added ? task : null;
            return added;
        }

        @Operation
        public void remove(@Param(gen = ThreadIdGen.class) int thread) {
            if (tasks[thread] != null) {
                TaskRegistry.remove(tasks[thread]);
                tasks[thread] = null;
            }
        }

        @Operation(nonParallelGroup = "closer")
        public void close() {
            registry.closeAndCancel();
            closed = true;
        }

        @Operation
        public int size() {
            return registry.size();
        }

        @Validate
        public void cancelledIfClosed() {
            for (Task<?> task : tasks) {
                if (task != null && closed && !task.isCancelled()) {
                    throw new IllegalStateException("a task escaped the close");
                }
            }
        }
    }

    public static class RegistrySpecification {
        private final boolean[] present = new boolean[8];
        private int size;
        private boolean closed;

        public boolean add(int thread) {
            boolean added = !closed && !present[thread];
            present[thread] |= added;
            size += added ? 1 : 0;
            return added;
        }

        public void remove(int thread) {
            size -= present[thread] ? 1 : 0;
            present[thread] = false;
        }

        public void close() {
            closed = true;
        }

        public int size() {
            return size;
        }
    }
}
