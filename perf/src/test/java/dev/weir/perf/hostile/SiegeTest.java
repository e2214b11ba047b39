package dev.weir.perf.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The short form; {@code weir-perf.jar hostile} is the long one. */
class SiegeTest {
    @ParameterizedTest
    @EnumSource
    void a_server_stands_every_attack(Victim victim) throws Exception {
        List<String> report = new ArrayList<>();
        boolean good = new Siege(victim, 0.02, Duration.ofMillis(400), report::add).run();
        assertThat(report).as("all of it").hasSizeGreaterThanOrEqualTo(6).allMatch(line -> line.startsWith("good"));
        assertThat(good).isTrue();
    }
}
