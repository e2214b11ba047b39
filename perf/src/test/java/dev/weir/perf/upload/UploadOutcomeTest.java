package dev.weir.perf.upload;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class UploadOutcomeTest {
    @Test
    void a_server_that_keeps_what_was_promised_has_stood_it() {
        UploadOutcome outcome = outcome(true, 0, 0.5, 0, 100);
        assertThat(outcome.isGood()).isTrue();
        assertThat(outcome.row()).startsWith("| weir | yes | 1000 | 10.0 | 0.50 | 0 | 0 | 0 | 0.0 MiB |");
    }

    @Test
    void each_promise_that_is_broken_is_one_too_many() {
        assertThat(outcome(false, 0, 0.5, 0, 100).isGood()).isFalse();
        assertThat(outcome(true, 1, 0.5, 0, 100).isGood()).isFalse();
        assertThat(outcome(true, 0, 0.49, 0, 100).isGood()).isFalse();
        assertThat(outcome(true, 0, 0.5, 1, 100).isGood()).isFalse();
        assertThat(outcome(true, 0, 0.5, 0, 101).isGood()).isFalse();
    }

    private static UploadOutcome outcome(boolean answered, int memory, double fairness, long broken, long held) {
        return new UploadOutcome(
                "weir", 30, answered, memory, 1000, 314_572_800, fairness, 0, broken, held, 100, 1L << 20);
    }
}
