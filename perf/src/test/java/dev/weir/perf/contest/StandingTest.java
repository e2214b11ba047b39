package dev.weir.perf.contest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StandingTest {
    private static final Case ONE = Case.of("ping_pong", 1);
    private static final Case TWO = Case.of("ping_pong", 2);
    private static final Case FAN = Case.of("fan_out_skewed", 2).showing(Figure.high("efficiency", "efficiency"));

    private final List<Run> runs = new ArrayList<>();

    @Test
    void medians_are_the_middle_and_the_spread_is_half_the_range() {
        assertThat(Spread.of(3, 1, 2)).isEqualTo(new Spread(2, 0.5));
        assertThat(Spread.of(4, 1, 2, 3).median()).isEqualTo(2.5);
        assertThat(Spread.of(7)).isEqualTo(new Spread(7, 0));
        assertThat(Spread.of().isKnown()).isFalse();
    }

    @Test
    void figures_are_found_in_the_line_by_their_whole_name() {
        Run run = new Run(ONE, "weir", 1, "{\"x_ops_per_s\":7,\"ops_per_s\":1.5e3,\"secs\":null}", Double.NaN);
        assertThat(run.figure("ops_per_s")).isEqualTo(1500);
        assertThat(run.figure("secs")).isNaN();
        assertThat(run.figure("ops")).isNaN();
    }

    @Test
    void ratios_are_those_of_medians() {
        add(ONE, "weir", 8, 10, 30);
        add(ONE, "tokio", 4, 5, 6);
        add(ONE, "forkjoin", 1, 2, 3);
        add(ONE, "kotlin", 3, 4, 5);
        Standing standing = new Standing(runs);
        assertThat(standing.toTokio(ONE, "weir", Figure.RATE)).isEqualTo(2);
        assertThat(standing.toBestTokio(ONE, "weir", Figure.RATE)).isEqualTo(2);
        assertThat(standing.toBestJvm(ONE, "weir", Figure.RATE)).isEqualTo(2.5);
    }

    @Test
    void two_workers_are_compared_with_the_better_of_tokios_figures() {
        add(TWO, "weir", 6);
        add(TWO, "weir/25", 12);
        add(TWO, "tokio", 4);
        add(ONE, "tokio", 8);
        Standing standing = new Standing(runs);
        assertThat(standing.toTokio(TWO, "weir", Figure.RATE)).isEqualTo(1.5);
        assertThat(standing.toBestTokio(TWO, "weir", Figure.RATE)).isEqualTo(0.75);
        assertThat(standing.toBestTokio(TWO, "weir/25", Figure.RATE)).isEqualTo(1.5);
    }

    @Test
    void what_was_not_measured_has_no_ratio() {
        add(TWO, "weir", 6);
        add(ONE, "tokio", 3);
        Standing standing = new Standing(runs);
        assertThat(standing.toTokio(TWO, "weir", Figure.RATE)).isNaN();
        assertThat(standing.toBestTokio(TWO, "weir", Figure.RATE)).isEqualTo(2);
        assertThat(standing.toBestJvm(TWO, "weir", Figure.RATE)).isNaN();
    }

    @Test
    void weir_on_another_jdk_is_no_peer_of_weir() {
        add(ONE, "weir", 6);
        add(ONE, "weir/25", 60);
        add(ONE, "virtual", 3);
        assertThat(new Standing(runs).toBestJvm(ONE, "weir", Figure.RATE)).isEqualTo(2);
    }

    @Test
    void a_latency_is_the_better_the_lower_it_is() {
        Figure late = Figure.low("p99_us", "p99 µs");
        Case row = ONE.showing(late);
        runs.add(new Run(row, "weir", 1, "{\"ops_per_s\":1.0,\"p99_us\":50.0}", Double.NaN));
        runs.add(new Run(row, "tokio", 1, "{\"ops_per_s\":1.0,\"p99_us\":100.0}", Double.NaN));
        runs.add(new Run(row.on(2), "weir", 1, "{\"ops_per_s\":1.0,\"p99_us\":50.0}", Double.NaN));
        runs.add(new Run(row.on(2), "tokio", 1, "{\"ops_per_s\":1.0,\"p99_us\":200.0}", Double.NaN));
        runs.add(new Run(row, "netty", 1, "{\"ops_per_s\":1.0,\"p99_us\":150.0}", Double.NaN));
        runs.add(new Run(row, "jdk", 1, "{\"ops_per_s\":1.0,\"p99_us\":125.0}", Double.NaN));
        Standing standing = new Standing(runs);
        assertThat(standing.toTokio(row, "weir", late)).isEqualTo(2);
        assertThat(standing.toBestTokio(row.on(2), "weir", late)).isEqualTo(2);
        assertThat(standing.toBestJvm(row, "weir", late)).isEqualTo(2.5);
        assertThat(new StandingTable(standing, List.of("weir", "tokio")).lines().get(3))
                .contains("ping_pong, p99 µs", "50.000 ±0%", "2.00");
    }

    @Test
    void a_process_may_print_several_lines_each_with_a_name() {
        List<Run> read = Run.of(
                Case.of("hold", 1),
                "weir",
                3,
                List.of(
                        "a word before",
                        "{\"system\":\"weir\",\"bench\":\"hold_insert\",\"ops_per_s\":1.0}",
                        "{\"system\":\"weir\",\"bench\":\"hold_cancel\",\"ops_per_s\":2.0}"),
                Double.NaN);
        assertThat(read).extracting(run -> run.row().label()).containsExactly("hold_insert", "hold_cancel");
        assertThat(read.get(1).figure("ops_per_s")).isEqualTo(2);
    }

    @Test
    void the_table_is_aligned_and_shows_dashes_and_marks() {
        add(ONE, "weir", 2_000_000);
        add(TWO, "weir", 1_000_000, 3_000_000);
        runs.add(new Run(TWO, "tokio", 1, "{\"ops_per_s\":4000000.0}", 400));
        runs.add(new Run(FAN, "weir", 1, "{\"ops_per_s\":1000000.0,\"efficiency\":0.951}", 50));
        List<String> lines = new StandingTable(new Standing(runs), List.of("weir", "tokio")).lines();
        assertThat(lines).hasSize(6).allSatisfy(line -> assertThat(line).hasSameSizeAs(lines.get(0)));
        assertThat(lines.get(2)).contains("ping_pong", "2.000 ±0%", " - |");
        assertThat(lines.get(3)).contains("2.000 ±50%", "4.000 ±0% *1", "0.50");
        assertThat(lines.get(5)).contains("fan_out_skewed, efficiency", "0.95");
    }

    @Test
    void each_run_is_told_as_it_was_printed_and_each_median_with_its_ratios() {
        add(ONE, "weir", 2);
        add(ONE, "tokio", 4);
        assertThat(runs.get(0).toJson()).contains("\"result\":{\"ops_per_s\":2.0}", "\"far\":false");
        assertThat(new Standing(runs).toJson(List.of("weir", "tokio")))
                .hasSize(2)
                .first()
                .asString()
                .contains("\"median\":\"ops_per_s\"", "\"ops_per_s\":2.000", "\"to_tokio\":0.500");
    }

    @Test
    void the_distance_is_read_from_what_the_probe_prints() {
        assertThat(Distance.parse("{\"c2c_round_trip_ns\":52.5,\"min\":44.7,\"batches\":7}"))
                .isEqualTo(52.5, within(0.0));
        assertThat(Distance.parse("no such device")).isNaN();
        assertThat(new Run(TWO, "weir", 1, "{}", 52.5).isFar()).isFalse();
        assertThat(new Run(TWO, "weir", 1, "{}", 365).isFar()).isTrue();
        assertThat(new Run(TWO, "weir", 1, "{}", Double.NaN).isFar()).isFalse();
    }

    private void add(Case row, String system, double... rates) {
        for (double rate : rates) {
            runs.add(new Run(row, system, 1, "{\"ops_per_s\":" + rate + "}", Double.NaN));
        }
    }
}
