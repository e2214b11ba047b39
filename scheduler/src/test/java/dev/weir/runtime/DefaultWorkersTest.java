package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DefaultWorkersTest {
    private static int workers(Map<String, String> properties, Map<String, String> environment) {
        return DefaultWorkers.of(properties::get, environment::get);
    }

    @Test
    void the_property_goes_before_the_variable_and_both_before_the_processors() {
        Map<String, String> property = Map.of("weir.workers", "3");
        Map<String, String> variable = Map.of("WEIR_WORKER_THREADS", " 5 ");
        assertThat(workers(property, variable)).isEqualTo(3);
        assertThat(workers(Map.of(), variable)).isEqualTo(5);
        assertThat(workers(Map.of(), Map.of())).isEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "four", "", "1.5", "99999999999"})
    void a_value_that_will_not_do_is_refused_with_its_source_and_the_rule(String value) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> workers(Map.of("weir.workers", value), Map.of()))
                .withMessageContainingAll("weir.workers", "\"" + value + "\"", "at least 1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> workers(Map.of(), Map.of("WEIR_WORKER_THREADS", value)))
                .withMessageContainingAll("WEIR_WORKER_THREADS", "\"" + value + "\"", "at least 1");
    }

    @Test
    @ResourceLock(Resources.SYSTEM_PROPERTIES)
    void a_builder_that_was_told_asks_nobody() {
        String before = System.getProperty("weir.workers");
        System.setProperty("weir.workers", "none");
        try {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> TaskRuntime.builder().build())
                    .withMessageContaining("weir.workers");
            try (TaskRuntime runtime = TaskRuntime.builder().workers(2).build()) {
                assertThat(runtime.metrics().workers()).isEqualTo(2);
            }
            System.setProperty("weir.workers", "3");
            try (TaskRuntime runtime = TaskRuntime.builder().build()) {
                assertThat(runtime.metrics().workers()).isEqualTo(3);
            }
        } finally {
            if (before == null) {
                System.clearProperty("weir.workers");
            } else {
                System.setProperty("weir.workers", before);
            }
        }
    }
}
