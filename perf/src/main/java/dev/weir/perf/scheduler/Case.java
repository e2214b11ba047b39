package dev.weir.perf.scheduler;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of measurements: a workload with its arguments, on so many workers.
 *
 * @param arguments what distinguishes it from other cases of its workload, such as {@code --how respawn}
 */
record Case(Workload workload, List<String> arguments, int workers) {
    /** Returns every case on so many workers: the workloads, the busy one once for each kind of busy tasks. */
    static List<Case> all(int workers) {
        List<Case> cases = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            cases.add(new Case(workload, List.of(), workers));
            // As many respawning tasks as workers hold Tokio for ever, and none is no case of its own.
            if (workload == Workload.SPAWN_MANY_REMOTE_BUSY && workers > 1) {
                cases.add(new Case(workload, List.of("--how", "respawn"), workers));
            }
        }
        return cases;
    }

    /** Returns the name without the workers. */
    String label() {
        return arguments.isEmpty() ? workload.toString() : workload + " (" + arguments.get(1) + ")";
    }
}
