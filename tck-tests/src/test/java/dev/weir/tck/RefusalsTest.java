package dev.weir.tck;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.reactivestreams.tck.TestEnvironment;

class RefusalsTest {
    private final TestEnvironment environment = TckEnvironments.create();
    private final AssertionError missed = new AssertionError("nothing within 250 ms");

    @Test
    void an_error_that_names_the_rule_passes_though_it_comes_late() throws Throwable {
        flop(missed);
        Thread late = new Thread(() -> flop(new IllegalArgumentException("request(0): rule 3.9")));
        late.start();
        Refusals.expectLate(environment, missed, 30_000);
        late.join();
    }

    @Test
    void no_error_and_one_of_another_kind_or_without_the_rule_fail_as_the_test_did() {
        assertMissed();
        flop(new IllegalArgumentException("no"));
        assertMissed();
        flop(new IllegalStateException("rule 3.9"));
        assertMissed();
    }

    private void assertMissed() {
        assertThatThrownBy(() -> Refusals.expectLate(environment, missed, 1)).isSameAs(missed);
    }

    /** As subscribers of the TCK do with what they are told. */
    private void flop(Throwable error) {
        environment.flop(error, "unexpected");
    }
}
