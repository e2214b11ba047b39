package dev.weir.perf.sync;

import dev.weir.perf.contest.Case;
import dev.weir.perf.contest.ContestCommand;
import dev.weir.perf.contest.Peer;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code compare sync}. */
@Command(name = "sync")
public final class SyncComparison extends ContestCommand {
    SyncComparison() {
        super("sync", peers(), SyncComparison::cases);
    }

    private static List<Peer> peers() {
        return EnumSet.complementOf(EnumSet.of(Contender.WEIR)).stream()
                .map(system -> new Peer(system.toString(), system == Contender.VIRTUAL ? 21 : 17))
                .toList();
    }

    /** Every workload; the channel with one sender and with four, the locks also held from one poll to the next. */
    private static List<Case> cases(int workers) {
        List<Case> cases = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            Case row = Case.of(workload.toString(), workers);
            cases.add(row);
            if (workload == Workload.MPSC) {
                cases.add(row.with("4 producers", "--producers", "4"));
            }
            if (workload == Workload.SEMAPHORE || workload == Workload.MUTEX) {
                cases.add(row.with("held", "--hold", "yield"));
            }
        }
        return cases;
    }
}
