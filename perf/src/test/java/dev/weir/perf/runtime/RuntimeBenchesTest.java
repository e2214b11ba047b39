package dev.weir.perf.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class RuntimeBenchesTest {
    private final StringWriter out = new StringWriter();

    private int run(Object command, String arguments) {
        return new CommandLine(command)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments.split(" ", 0));
    }

    @Test
    void idle_tasks_are_all_alive_until_they_are_all_ended() {
        assertThat(run(new IdleTasksBench(), "--count 200000"))
                .as(out.toString())
                .isZero();
        assertThat(out.toString())
                .startsWith("{\"bench\":\"idle-tasks\",\"tasks\":200000,")
                .contains("\"alive\":200000", "\"bytes_a_task\":", "\"good\":true");
        assertThat(run(new IdleTasksBench(), "--count 0")).isEqualTo(2);
    }

    @Test
    void an_echo_is_measured_beside_tasks_in_the_lane_and_out_of_it() {
        assertThat(run(new LaneBench(), "--rounds 1 --secs 2 --warmup 0 --conns 2 --tasks 2"))
                .as(out.toString())
                .isZero();
        assertThat(out.toString().lines())
                .hasSize(2)
                .allMatch(line -> line.contains("\"echo_p99_us\":") && line.contains("\"computed_ms_per_s\":"))
                .anyMatch(line -> line.contains("\"lane\":true"))
                .anyMatch(line -> line.contains("\"lane\":false"));
        assertThat(run(new LaneBench(), "--workers 0")).isEqualTo(2);
    }
}
