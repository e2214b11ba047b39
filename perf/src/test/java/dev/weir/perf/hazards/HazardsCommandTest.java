package dev.weir.perf.hazards;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.weir.runtime.TaskRuntime;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import picocli.CommandLine;

/**
 * Small forms, with bounds that a busy machine keeps; the figures are for the commands on a quiet one. Without the watcher
 * a round is late only if the worker that drove is the one that blocks, so there it takes many rounds to be sure of one.
 */
class HazardsCommandTest {
    private final StringWriter out = new StringWriter();

    private int run(String arguments) {
        return new CommandLine(new HazardsCommand())
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(out))
                .execute(arguments.split(" ", 0));
    }

    @ParameterizedTest
    @CsvSource({
        "long-poll --rounds 2 --poll-ms 3000 --bound-us 1500000",
        "slot --rounds 3 --poll-ms 5000 --bound-us 4000000",
        "respawn --rounds 20 --bound-us 1000000"
    })
    void a_hazard_that_is_prevented_is_good(String arguments) {
        assertThat(run(arguments)).as(out.toString()).isZero();
        assertThat(out.toString())
                .startsWith("{\"hazard\":\"")
                .contains("\"off\":false", "_p99_us\":")
                .endsWith("\"good\":true}" + System.lineSeparator());
    }

    @ParameterizedTest
    @CsvSource({
        "long-poll --off --rounds 40 --poll-ms 50 --bound-us 25000",
        "slot --off --rounds 1 --poll-ms 200 --bound-us 100000",
        "respawn --off --rounds 20 --bound-us 900000"
    })
    void the_same_without_what_prevents_it_is_not(String arguments) {
        assertThat(run(arguments)).as(out.toString()).isEqualTo(1);
        assertThat(out.toString()).contains("\"off\":true").endsWith("\"good\":false}" + System.lineSeparator());
    }

    @ParameterizedTest
    @EnumSource
    void every_mechanism_has_its_switch(Mechanism mechanism) {
        assertThatCode(() -> mechanism.switchOff(TaskRuntime.builder())).doesNotThrowAnyException();
    }

    @Test
    void misuse_is_told_from_failure() {
        assertThat(run("slot --rounds 0")).isEqualTo(2);
        assertThat(out.toString()).contains("--rounds must be at least 1, was 0");
        assertThat(run("")).isEqualTo(2);
    }
}
