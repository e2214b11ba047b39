package dev.weir.perf.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class OutletTest {
    @Test
    void bytes_queue_behind_all_that_came_before() {
        Outlet outlet = new Outlet(1000);
        long before = System.nanoTime();
        outlet.admit(60_000);
        long through = outlet.admit(1000);
        long passed = System.nanoTime() - before;
        assertThat(through).isBetween(TimeUnit.SECONDS.toNanos(61) - passed, TimeUnit.SECONDS.toNanos(61));
    }

    @Test
    void tells_of_the_slowest_and_of_the_first_failure() {
        Outlet outlet = new Outlet(1000);
        outlet.enter().consumed(5);
        Outlet.Client other = outlet.enter();
        other.consumed(7);
        other.consumed(2);
        other.failed(new IOException("reset"));
        other.failed(new IOException("again"));
        assertThat(outlet.vitals())
                .hasToString("{\"clients\":2,\"consumed\":14,\"least\":5,\"most\":9,\"failures\":2,"
                        + "\"first_failure\":\"java.io.IOException: reset\"}");
    }

    @Test
    void refuses_a_rate_that_is_none() {
        assertThatThrownBy(() -> new Outlet(0)).hasMessage("rate must be at least 1, was 0");
    }
}
