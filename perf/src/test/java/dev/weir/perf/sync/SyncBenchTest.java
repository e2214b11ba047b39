package dev.weir.perf.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.weir.perf.contest.Extent;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

class SyncBenchTest {
    private static final List<Workload> WEIR_ALONE = List.of(Workload.WATCH_FANOUT, Workload.BROADCAST_FANOUT);

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    static Stream<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (Contender system : Contender.values()) {
            for (Workload workload : Workload.values()) {
                all.add(Arguments.of(system, workload));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void every_workload_gives_a_line_or_the_reason_why_not(Contender system, Workload workload) {
        assumeThat(system != Contender.VIRTUAL || Runtime.version().feature() >= 21)
                .isTrue();
        String name = workload.toString();
        int code = run(name, "--system", system.toString(), "--secs", "0.02", "--warmup", "0", "--tasks", "2");
        if (system != Contender.WEIR && WEIR_ALONE.contains(workload)) {
            assertThat(code).isEqualTo(Extent.UNSUPPORTED);
            assertThat(err.toString())
                    .isEqualToIgnoringNewLines(system + " has no " + name + ": there is no natural form of it");
        } else {
            assertThat(code).as(err.toString()).isZero();
            assertThat(out.toString())
                    .startsWith("{\"system\":\"" + system + "\",\"bench\":\"" + name + "\",\"params\":{")
                    .contains("\"ops_per_s\":");
        }
    }

    private int run(String... arguments) {
        return new CommandLine(new SyncBench())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments);
    }
}
