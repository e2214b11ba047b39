package dev.weir.perf.scheduler;

import dev.weir.perf.contest.Case;
import dev.weir.perf.contest.ContestCommand;
import dev.weir.perf.contest.Figure;
import dev.weir.perf.contest.Peer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code compare scheduler}. */
@Command(name = "scheduler")
public final class SchedulerComparison extends ContestCommand {
    SchedulerComparison() {
        super("scheduler", peers(), SchedulerComparison::cases);
    }

    private static List<Peer> peers() {
        return EnumSet.complementOf(EnumSet.of(Contender.WEIR)).stream()
                .map(system -> new Peer(system.toString(), system == Contender.VIRTUAL ? 21 : 17))
                .toList();
    }

    /** Every workload, the busy one once for each kind of busy tasks. */
    private static List<Case> cases(int workers) {
        List<Case> cases = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            Case row = Case.of(workload.toString(), workers);
            if (workload == Workload.REMOTE_SPAWN) {
                cases.addAll(remoteSpawn(row));
                continue;
            }
            cases.add(workload == Workload.FAN_OUT_SKEWED ? fanOut(row) : row);
            // As many respawning tasks as workers hold Tokio for ever, and none is no case of its own.
            if (workload == Workload.SPAWN_MANY_REMOTE_BUSY && workers > 1) {
                cases.add(row.with("respawn", "--how", "respawn"));
            }
        }
        return cases;
    }

    /** Where there are many rows, and the question is whether the way in is as wide as Tokio's. */
    private static List<Case> remoteSpawn(Case row) {
        return Stream.of("1", "4", "16", "64")
                .map(threads ->
                        row.with(threads + " threads", "--threads", threads).besideTokioAlone())
                .toList();
    }

    /** With iterations that take less than the time of a run. */
    private static Case fanOut(Case row) {
        return row.with("", "--tasks", "300000")
                .showing(Figure.high("efficiency", "efficiency"))
                .showing(Figure.high("bare_efficiency", "efficiency of threads alone"));
    }
}
