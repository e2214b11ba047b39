package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemandTest {
    private static final long MAX = Long.MAX_VALUE;

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1",
        "1, 1, 2",
        "5, 9223372036854775806, 9223372036854775807",
        "9223372036854775806, 1, 9223372036854775807",
        "9223372036854775806, 9223372036854775807, 9223372036854775807",
        "9223372036854775807, 1, 9223372036854775807",
        "9223372036854775807, 9223372036854775807, 9223372036854775807",
        "0, 9223372036854775807, 9223372036854775807"
    })
    void additionSaturates(long before, long n, long after) {
        Demand demand = new Demand();
        if (before > 0) {
            demand.add(before);
        }
        demand.add(n);
        assertThat(demand.produced(0)).isEqualTo(after);
    }

    @Test
    void productionTakesOffWhatWasBounded() {
        Demand demand = new Demand();
        demand.add(10);
        assertThat(demand.produced(3)).isEqualTo(7);
        assertThat(demand.produced(7)).isZero();
        assertThat(demand.produced(0)).isZero();
        assertThat(demand).hasToString("Demand[0]");
    }

    @Test
    void unboundedDemandStaysUnbounded() {
        Demand demand = new Demand();
        demand.add(MAX);
        assertThat(demand.produced(1_000)).isEqualTo(MAX);
        assertThat(demand.produced(MAX)).isEqualTo(MAX);
        assertThat(demand).hasToString("Demand[unbounded]");
    }

    @Test
    void additionsFromEightThreadsAreNeverLostAndNeverNegative() throws Exception {
        Demand demand = new Demand();
        CountDownLatch start = new CountDownLatch(1);
        Thread[] adders = new Thread[8];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new Thread(() -> {
                try {
                    start.await();
                } catch (InterruptedException e) {
                    return;
                }
                for (int j = 0; j < 10_000; j++) {
                    demand.add(3);
                }
            });
            adders[i].start();
        }
        start.countDown();
        long produced = 0;
        for (long left = 0; produced < 240_000; left = demand.produced(Math.min(left, 7))) {
            assertThat(left).isNotNegative();
            produced += Math.min(left, 7);
            Thread.onSpinWait();
        }
        for (Thread adder : adders) {
            adder.join();
        }
        assertThat(demand.produced(0)).isZero();
    }

    @Test
    void eightThreadsThatOverflowItEndAtUnbounded() throws Exception {
        Demand demand = new Demand();
        Thread[] adders = new Thread[8];
        for (int i = 0; i < adders.length; i++) {
            adders[i] = new Thread(() -> {
                for (int j = 0; j < 1_000; j++) {
                    demand.add(MAX / 3);
                }
            });
            adders[i].start();
        }
        for (Thread adder : adders) {
            adder.join();
        }
        assertThat(demand.produced(5)).isEqualTo(MAX);
    }
}
