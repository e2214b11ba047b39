package dev.weir.perf.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class ComparisonTest {
    private static final String LINE =
            "{\"system\":\"x\",\"params\":{\"conns\":16},\"ops_per_s\":1000.5,\"errors\":0,\"p50_us\":10.0,\"p99_us\":20.0}\n";

    @Test
    void a_line_of_any_load_is_read() {
        assertThat(Run.parse("c", 16, 2, LINE)).isEqualTo(new Run("c", 16, 2, 1000.5, 10, 20));
    }

    @Test
    void a_run_with_errors_or_without_figures_is_none() {
        assertThatThrownBy(() -> Run.parse("c", 16, 2, LINE.replace("\"errors\":0", "\"errors\":3")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("errors");
        assertThatThrownBy(() -> Run.parse("c", 16, 2, LINE.replace("p99_us", "p9")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("p99_us");
    }

    @Test
    void ratios_are_those_of_medians_to_the_first_system() {
        assertThat(Comparison.table(List.of(
                        new Run("c", 16, 1, 100, 10, 20),
                        new Run("c", 16, 2, 300, 10, 40),
                        new Run("c", 16, 3, 200, 10, 30),
                        new Run("weir", 16, 1, 100, 11, 60),
                        new Run("weir", 16, 2, 260, 11, 60))))
                .containsExactly(
                        "| conns | system | ops/s median (min .. max) | ratio | p50 us | p99 us median (min .. max) | ratio |",
                        "|---|---|---|---|---|---|---|",
                        "| 16 | c | 200 (100 .. 300) | 1.00 | 10 | 30 (20 .. 40) | 1.00 |",
                        "| 16 | weir | 180 (100 .. 260) | 0.90 | 11 | 60 (60 .. 60) | 2.00 |");
    }
}
