package dev.weir.runtime;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/**
 * Which CPU each worker runs on. A thread is pinned as it begins to run a worker. On Linux a thread inherits the mask of
 * the one that starts it, so threads that serve all workers are set free as they begin.
 */
final class WorkerAffinity {
    private final CpuMask mask;
    private final int[] cpus;
    /** Those of the thread that built the runtime. */
    private final BitSet all;

    /**
     * Checks everything that can be wrong before a thread is started.
     *
     * @throws UnsupportedOperationException if this system does not pin threads
     * @throws IllegalArgumentException if there is no CPU, or one that the calling thread may not use
     */
    WorkerAffinity(CpuMask mask, int... cpus) {
        this.mask = mask;
        this.cpus = cpus.clone();
        if (cpus.length == 0) {
            throw new IllegalArgumentException("cpus must name at least one CPU, was []");
        }
        all = usable(mask);
        for (int i = 0; i < cpus.length; i++) {
            if (cpus[i] < 0 || !all.get(cpus[i])) {
                throw new IllegalArgumentException(
                        "cpus[" + i + "] must be a CPU that this thread may use, one of " + all + ", was " + cpus[i]);
            }
        }
    }

    private static BitSet usable(CpuMask mask) {
        BitSet usable;
        try {
            usable = mask.get();
            mask.set(usable); // as it is: where this is refused, pinning would be
        } catch (RuntimeException refused) {
            throw cannotPin(refused);
        }
        if (usable.isEmpty()) {
            throw cannotPin(null);
        }
        return usable;
    }

    private static UnsupportedOperationException cannotPin(@Nullable RuntimeException cause) {
        return new UnsupportedOperationException(
                "threads cannot be pinned on this " + System.getProperty("os.name") + ": leave workerAffinity off",
                cause);
    }

    /** Pins the calling thread to the CPU of a worker. */
    void pin(int worker) {
        BitSet one = new BitSet();
        one.set(cpus[worker % cpus.length]);
        mask.set(one);
    }

    /** Lets the calling thread run on all CPUs that the builder of the runtime might use. */
    void release() {
        mask.set(all);
    }
}
