package dev.weir.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LedgerTest {
    private final Ledger ledger = new Ledger();

    @Test
    void the_most_is_remembered_after_it_has_left() {
        ledger.enter(10);
        ledger.enter(20);
        ledger.leave(25);
        ledger.enter(1);
        assertThat(ledger.inside()).isEqualTo(6);
        assertThat(ledger.most()).isEqualTo(30);
        assertThat(ledger.in()).isEqualTo(31);
        assertThat(ledger.out()).isEqualTo(25);
    }

    @Test
    void the_most_of_two_threads_is_at_least_that_of_each_and_at_most_their_sum() throws InterruptedException {
        Thread[] threads = new Thread[2];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = new Thread(() -> {
                for (int round = 0; round < 100_000; round++) {
                    ledger.enter(3);
                    ledger.leave(3);
                }
            });
            threads[i].start();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(ledger.most()).isBetween(3L, 6L);
        assertThat(ledger.inside()).isZero();
    }
}
