package dev.weir.queue;

import dev.weir.task.Iterations;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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
 * Model checks of the two queues. The work queue is linearizable only while nobody is in the middle of a theft (an offer
 * may meanwhile be refused although there is room, a second thief sent away although there are elements), so it is
 * compared with a plain deque where that cannot matter, and elsewhere held to its laws after each schedule.
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class QueuesLincheckTest {
    private static ModelCheckingOptions options(int threads) {
        return new ModelCheckingOptions()
                .threads(threads)
                .actorsPerThread(3)
                .actorsBefore(0) // the queues start with elements, so that every operation finds some
                .actorsAfter(0)
                .iterations(Iterations.of(3, 60))
                .invocationsPerIteration(200);
    }

    private static ModelCheckingOptions validated(int threads) {
        return options(threads).verifier(EpsilonVerifier.class);
    }

    @Test
    void inject_queue_is_a_fifo() {
        options(2).sequentialSpecification(InjectSpecification.class).check(Inject.class);
    }

    @Test
    void inject_queue_of_segments_of_one_is_a_fifo() {
        options(2).sequentialSpecification(InjectSpecification.class).check(InjectOfOne.class);
    }

    @Test
    void inject_queue_of_segments_of_two_is_a_fifo() {
        options(3).sequentialSpecification(InjectSpecification.class).check(InjectOfTwo.class);
    }

    @Test
    void inject_queue_of_segments_of_four_is_a_fifo() {
        options(2).sequentialSpecification(InjectSpecification.class).check(InjectOfFour.class);
    }

    @Test
    void work_queue_with_one_thief_is_a_fifo_with_two_ends_to_take_from() {
        options(2).sequentialSpecification(Fifo.class).check(OneThief.class);
    }

    @Test
    void work_queue_of_one_keeps_its_laws() {
        validated(2).check(WorkQueueOfOne.class);
    }

    @Test
    void work_queue_of_two_keeps_its_laws() {
        validated(2).check(WorkQueueOfTwo.class);
    }

    @Test
    void work_queue_of_four_keeps_its_laws() {
        validated(2).check(WorkQueueOfFour.class);
    }

    @Test
    void work_queue_that_grows_keeps_its_laws() {
        validated(2).check(WorkQueueThatGrows.class);
    }

    @Test
    void work_queue_with_two_thieves_keeps_its_laws() {
        validated(3).check(WorkQueueOfFour.class);
    }

    /** Without patience, so that slots are abandoned whenever a filler is held up. */
    public static class Inject {
        private final InjectQueue<Integer> queue;

        public Inject() {
            this(128);
        }

        Inject(int segmentLength) {
            queue = new InjectQueue<>(segmentLength, 0);
        }

        @Operation
        public void add(@Param(gen = IntGen.class, conf = "1:9") int value) {
            queue.add(value);
        }

        @Operation
        public Integer poll() {
            return queue.poll();
        }
    }

    public static class InjectOfOne extends Inject {
        public InjectOfOne() {
            super(1);
        }
    }

    public static class InjectOfTwo extends Inject {
        public InjectOfTwo() {
            super(2);
        }
    }

    public static class InjectOfFour extends Inject {
        public InjectOfFour() {
            super(4);
        }
    }

    public static class InjectSpecification {
        private final ArrayDeque<Integer> queue = new ArrayDeque<>();

        public void add(int value) {
            queue.add(value);
        }

        public Integer poll() {
            return queue.poll();
        }
    }

    /** A thief whose own queue is full takes one element: the oldest. Never more offers than there is room for. */
    public static class OneThief {
        private final WorkQueue<Integer> queue = new WorkQueue<>(8);
        private final WorkQueue<Integer> full = new WorkQueue<>(1);

        public OneThief() {
            full.offer(-1);
            for (int i = 1; i <= 3; i++) {
                queue.offer(i);
            }
        }

        @Operation(nonParallelGroup = "owner")
        public boolean offer(@Param(gen = IntGen.class, conf = "1:9") int value) {
            return queue.offer(value);
        }

        @Operation(nonParallelGroup = "owner")
        public Integer poll() {
            return queue.poll();
        }

        @Operation(nonParallelGroup = "thief")
        public Integer steal() {
            return queue.stealInto(full);
        }
    }

    public static class Fifo {
        private final ArrayDeque<Integer> queue = new ArrayDeque<>(List.of(1, 2, 3));

        public boolean offer(int value) {
            return queue.add(value);
        }

        public Integer poll() {
            return queue.poll();
        }

        public Integer steal() {
            return queue.poll();
        }
    }

    /** Q1 and Q2: every element offered is taken by one, in order; what is left is in the queue. */
    public abstract static class Counted {
        private final WorkQueue<Integer> queue;
        private final List<List<Integer>> stolen = new ArrayList<>();
        private final List<WorkQueue<Integer>> own = new ArrayList<>();
        private final List<Integer> taken = new ArrayList<>();
        private final List<Integer> evicted = new ArrayList<>();
        private int offered;

        Counted(int capacity) {
            this(capacity, capacity);
        }

        Counted(int shortest, int capacity) {
            queue = new WorkQueue<>(shortest, capacity, true);
            for (int i = 0; i < 8; i++) {
                stolen.add(new ArrayList<>());
                own.add(new WorkQueue<>(capacity));
            }
            while (queue.offer(offered)) {
                offered++;
            }
        }

        @Operation(nonParallelGroup = "owner")
        public void offer() {
            if (queue.offer(offered)) {
                offered++;
            }
        }

        @Operation(nonParallelGroup = "owner")
        public void poll() {
            Integer each = queue.poll();
            if (each != null) {
                taken.add(each);
            }
        }

        @Operation(nonParallelGroup = "owner")
        public void evict() {
            queue.evictHalf(evicted::add);
        }

        @Operation(nonParallelGroup = "owner")
        public void renew() {
            queue.renew();
        }

        @Operation
        public void steal(@Param(gen = ThreadIdGen.class) int thread) {
            Integer last = queue.stealInto(own.get(thread));
            if (last != null) {
                List<Integer> mine = stolen.get(thread);
                for (Integer each = own.get(thread).poll();
                        each != null;
                        each = own.get(thread).poll()) {
                    mine.add(each);
                }
                mine.add(last);
            }
        }

        @Validate
        public void nothingLostAndNothingTwice() {
            for (Integer each = queue.poll(); each != null; each = queue.poll()) {
                taken.add(each);
            }
            List<Integer> all = new ArrayList<>(taken);
            all.addAll(evicted);
            stolen.forEach(all::addAll);
            requireIncreasing(taken);
            stolen.forEach(Counted::requireIncreasing);
            all.sort(null);
            for (int i = 0; i < offered; i++) {
                if (all.size() != offered || all.get(i) != i) {
                    throw new IllegalStateException("offered " + offered + ", came out: " + all);
                }
            }
        }

        private static void requireIncreasing(List<Integer> some) {
            for (int i = 1; i < some.size(); i++) {
                if (some.get(i - 1) >= some.get(i)) {
                    throw new IllegalStateException("out of order: " + some);
                }
            }
        }
    }

    public static class WorkQueueOfOne extends Counted {
        public WorkQueueOfOne() {
            super(1);
        }
    }

    public static class WorkQueueOfTwo extends Counted {
        public WorkQueueOfTwo() {
            super(2);
        }
    }

    public static class WorkQueueOfFour extends Counted {
        public WorkQueueOfFour() {
            super(4);
        }
    }

    public static class WorkQueueThatGrows extends Counted {
        public WorkQueueThatGrows() {
            super(1, 4);
        }
    }
}
