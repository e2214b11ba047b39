package dev.weir.perf.time;

import dev.weir.perf.contest.Case;
import dev.weir.perf.contest.ContestCommand;
import dev.weir.perf.contest.Figure;
import dev.weir.perf.contest.Peer;
import java.util.List;
import picocli.CommandLine.Command;

/** {@code compare time}. */
@Command(name = "time")
public final class TimeComparison extends ContestCommand {
    TimeComparison() {
        super(
                "time",
                List.of(Peer.of(Contender.NETTY.toString()), Peer.of(Contender.JDK.toString())),
                TimeComparison::cases);
    }

    private static List<Case> cases(int workers) {
        Case insert = Case.of(Workload.TIMER_INSERT_CANCEL.toString(), workers);
        Case timeout = Case.of(Workload.TIMEOUT.toString(), workers);
        return List.of(
                insert,
                insert.with("anchor", "--anchor", "1"),
                insert.with("anchor, 2 tasks", "--anchor", "1", "--tasks", "2"),
                Case.of(Workload.TIMER_HOLD.toString(), workers)
                        .showing(Figure.low("bytes_per_timer", "bytes a timer")),
                Case.of(Workload.TIMER_FIRE.toString(), workers)
                        .showing(Figure.low("p50_us", "µs late, median"))
                        .showing(Figure.low("p99_us", "µs late, p99")),
                timeout.with("ready", "--inner", "ready"),
                timeout.with("yield", "--inner", "yield"),
                timeout.with("yield, anchor", "--inner", "yield", "--anchor", "1"));
    }
}
