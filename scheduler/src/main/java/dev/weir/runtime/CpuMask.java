package dev.weir.runtime;

import java.util.BitSet;

/** The CPUs that the calling thread may run on. */
interface CpuMask {
    /** Returns them by number; empty if the system does not tell. */
    BitSet get();

    /**
     * Sets them.
     *
     * @throws RuntimeException if the system refuses
     */
    void set(BitSet cpus);
}
