package dev.weir.perf.io;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.io.Workload.Row;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class IoTableTest {
    private static final Row ECHO = new Row(Workload.ECHO, 16);
    private static final String LOAD = """
            {"system":"unnamed","ops":10,"secs":1.0,"ops_per_s":%s,"p50_us":50.0,"p99_us":%s,"errors":%d}
            """;

    @Test
    void a_line_has_medians_and_their_ratios() {
        IoTable table = new IoTable(
                List.of(run("c", 1, 100, 10), run("c", 2, 300, 30), run("c", 3, 200, 20), run("weir", 1, 400, 10)));
        assertThat(table.lines())
                .contains("### echo 128 B, 16 connections")
                .contains("| c | 200 | 50 % | 1.00 | - | - | - | - | - | 50 | 20 | 1.00 | - | - | - |")
                .contains("| weir | 400 | - | 2.00 | - | - | - | - | - | 50 | 10 | 0.50 | - | - | - |");
    }

    @Test
    void runs_with_errors_count_for_nothing() {
        IoRun bad = new IoRun(ECHO, "c", 1, Double.NaN, IoRun.parse(LOAD.formatted("900", "1", 3)));
        assertThat(bad.isGood()).isFalse();
        assertThat(new IoTable(List.of(bad, run("c", 2, 100, 10))).lines())
                .contains("| c (1 FAILED) | 100 | - | 1.00 | - | - | - | - | - | 50 | 10 | 1.00 | - | - | - |");
        assertThat(new IoRun(ECHO, "c", 1, Double.NaN, IoRun.parse("segmentation fault")).isGood())
                .isFalse();
    }

    @Test
    void a_server_that_answers_nobody_has_failed_although_it_makes_no_errors() {
        IoRun none = run("weir", 1, 0, 10);
        assertThat(none.isGood()).isFalse();
        assertThat(none.failure()).isEqualTo("ops_per_s is 0.0");
        assertThat(none.toJson().toString()).endsWith("\"failure\":\"ops_per_s is 0.0\"}");
        assertThat(new IoTable(List.of(none)).lines())
                .contains("| weir (1 FAILED) | - | - | - | - | - | - | - | - | - | - | - | - | - | - |");
    }

    @Test
    void a_run_that_came_to_no_end_has_a_line_as_well() {
        IoRun failed = IoRun.failed(ECHO, "c", 1, "the server has ended");
        assertThat(failed.isGood()).isFalse();
        assertThat(new IoTable(List.of(failed)).lines()).anyMatch(line -> line.startsWith("| c (1 FAILED) | - |"));
        assertThat(failed.toJson())
                .hasToString("{\"workload\":\"echo\",\"conns\":16,\"system\":\"c\",\"round\":1,\"ns_apart\":null,"
                        + "\"failure\":\"the server has ended\"}");
    }

    @Test
    void memory_has_a_table_of_its_own() {
        Map<Figure, Double> figures = new EnumMap<>(Figure.class);
        figures.put(Figure.BYTES, 1234.4);
        Row idle = Workload.IDLE.rows(List.of()).get(0);
        assertThat(new IoTable(List.of(new IoRun(idle, "weir", 1, Double.NaN, figures))).lines())
                .contains("### idle, 10000 connections", "| weir | 1,234 |");
    }

    @Test
    void a_line_of_json_has_what_was_measured_and_nothing_else() {
        assertThat(run("c", 2, 100, 10).toJson())
                .hasToString("{\"workload\":\"echo\",\"conns\":16,\"system\":\"c\",\"round\":2,\"ns_apart\":null,"
                        + "\"ops_per_s\":100.000,\"p50_us\":50.000,\"p99_us\":10.000,\"errors\":0.000}");
    }

    private static IoRun run(String system, int round, double rate, double p99) {
        return new IoRun(
                ECHO,
                system,
                round,
                Double.NaN,
                IoRun.parse(LOAD.formatted(String.valueOf(rate), String.valueOf(p99), 0)));
    }
}
