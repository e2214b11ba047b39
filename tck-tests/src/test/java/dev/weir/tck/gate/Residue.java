package dev.weir.tck.gate;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/**
 * What a process keeps while nothing runs.
 *
 * @param bytes of the heap, after a collection
 */
record Residue(int threads, long descriptors, long bytes) {
    private static final int FEW = 16;
    private static final long FEW_BYTES = 64L << 20;

    /** What is here. Descriptors are counted where the platform counts them. */
    static Residue now() {
        System.gc();
        long descriptors = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getOpenFileDescriptorCount()
                : 0;
        return new Residue(
                ManagementFactory.getThreadMXBean().getThreadCount(),
                descriptors,
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }

    /** Whether it is little more than another; what idles for a while, as cached threads do, makes a difference. */
    boolean isAbout(Residue other) {
        return threads <= other.threads + FEW
                && descriptors <= other.descriptors + FEW
                && bytes <= other.bytes + FEW_BYTES;
    }

    @Override
    public String toString() {
        return threads + " threads, " + descriptors + " descriptors, " + (bytes >> 10) + " KiB";
    }
}
