package dev.weir.perf.contest;

import org.jspecify.annotations.Nullable;

/**
 * A system that a family can start in this process. What can be done with it is for the family to add.
 *
 * @param <W> the workloads of the family
 */
public interface Entrant<W> extends AutoCloseable {
    /** Returns why the system has no natural form of a workload, so that the table shows a dash; null if it has one. */
    default @Nullable String lacks(W workload) {
        return null;
    }

    @Override
    void close();
}
