package dev.weir.perf.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.perf.contest.Case;
import dev.weir.perf.contest.Meter;
import dev.weir.perf.contest.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every workload on every system at sizes that take no time: it ends, and what it counts is right. */
class WorkloadTest {
    private static final int ITERATIONS = 3;

    private static final List<String> DASHES = List.of(
            "forkjoin spawn_blocking",
            "forkjoin spawn_many_remote_busy",
            "reactor spawn_join",
            "virtual spawn_many_remote_busy");

    private final Sizes sizes = tiny();

    static Stream<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (Contender system : Contender.values()) {
            for (Workload workload : Workload.values()) {
                all.add(Arguments.of(system, workload, 1));
                all.add(Arguments.of(system, workload, 2));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void ends_and_counts_what_it_did(Contender system, Workload workload, int workers) throws Exception {
        assumeThat(system != Contender.VIRTUAL || Runtime.version().feature() >= 21)
                .isTrue();
        if (DASHES.contains(system + " " + workload)) {
            try (Subject subject = system.open(workers)) {
                assertThat(subject.lacks(workload)).isNotBlank();
            }
            return;
        }
        Run run = run(system, workload, workers);
        assertThat(run.line()).startsWith("{\"system\":\"" + system + "\",\"bench\":\"" + workload + "\",\"params\":{");
        assertThat(run.figure("workers")).isEqualTo(workers);
        assertThat(run.figure("ops")).isEqualTo((double) ITERATIONS * operations(workload));
        assertThat(run.figure("ops_per_s")).isPositive();
        assertThat(run.figure("p50_us")).isNotNegative(); // an iteration may be over within a tick of the clock
    }

    @Test
    void fan_out_tells_its_efficiency_and_who_ran_how_much() throws Exception {
        sizes.tasks = 100_000; // the efficiency of forty is less than the thousandth that is told
        Run run = run(Contender.WEIR, Workload.FAN_OUT_SKEWED, 2);
        assertThat(run.figure("work_steps")).isEqualTo(7);
        assertThat(run.figure("efficiency")).isNotNegative();
        assertThat(run.figure("bare_efficiency")).isPositive();
        assertThat(run.figure("busiest_worker_share")).isBetween(0.5, 1.0);
    }

    @Test
    void busy_tasks_may_respawn_instead_of_yielding() throws Exception {
        sizes.how = Sizes.Busy.RESPAWN;
        Run run = run(Contender.WEIR, Workload.SPAWN_MANY_REMOTE_BUSY, 2);
        assertThat(run.figure("busy")).isEqualTo(1);
        assertThat(run.line()).contains("\"how\":\"respawn\"");
        sizes.busy = 2; // as many as workers
        assertThat(run(Contender.WEIR, Workload.SPAWN_MANY_REMOTE_BUSY, 2).figure("ops"))
                .isEqualTo(ITERATIONS * 40.0);
    }

    @Test
    void a_failure_of_the_driver_reaches_the_caller() {
        for (Contender system : List.of(Contender.WEIR, Contender.FORKJOIN, Contender.KOTLIN, Contender.REACTOR)) {
            try (Subject subject = system.open(1)) {
                assertThatThrownBy(() -> subject.drive(() -> true, left -> {
                            throw new IllegalArgumentException("broken");
                        }))
                        .as("%s", system)
                        .hasRootCauseMessage("broken");
            }
        }
    }

    private Run run(Contender system, Workload workload, int workers) throws Exception {
        try (Subject subject = system.open(workers)) {
            assertThat(subject.lacks(workload)).isNull();
            Bench bench = new Bench(subject, workers, sizes, new Meter(0, 1, ITERATIONS));
            workload.run(bench);
            String line = bench.line(system.toString(), workload.toString()).toString();
            return new Run(Case.of(workload.toString(), workers), system.toString(), 1, line, Double.NaN);
        }
    }

    private static Sizes tiny() {
        Sizes sizes = new Sizes();
        sizes.tasks = 40;
        sizes.yields = 5;
        sizes.pairs = 30;
        sizes.depth = 20;
        sizes.batches = 2;
        sizes.workSteps = 7;
        return sizes;
    }

    private static int operations(Workload workload) {
        return switch (workload) {
            case SPAWN_MANY_LOCAL, SPAWN_MANY_REMOTE_IDLE, SPAWN_MANY_REMOTE_BUSY, FAN_OUT_SKEWED -> 40;
            case REMOTE_SPAWN -> 40; // ten each
            case SPAWN_BLOCKING -> 40 * 2 * Workload.BATCH;
            case YIELD_MANY -> 40 * 5;
            case PING_PONG -> 30;
            case CHAINED_SPAWN -> 20;
            case SPAWN_JOIN -> Workload.JOINS;
        };
    }
}
