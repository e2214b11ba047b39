package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Budget;
import dev.weir.task.JoinHandle;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceSubscriptionRaceTest {
    private final StepScheduler scheduler = new StepScheduler(Budget.DEFAULT);
    private Probe<Integer> probe;
    private Items source;
    private JoinHandle<Void> handle;

    @BeforeEach
    void subscribe() {
        source = Items.endless();
        probe = new Probe<>();
        handle = scheduler.spawn(new SourceSubscription<>(source, probe, 2));
        scheduler.run();
    }

    @Test
    void requestsOfTwoThreadsAddUp() throws Exception {
        for (int round = 1; round <= Race.ROUNDS; round++) {
            Race.of(() -> probe.request(1), () -> probe.request(2));
            scheduler.run();
            assertThat(probe.items).hasSize(3 * round);
        }
        probe.assertNoBreach();
    }

    @Test
    void noRequestIsLostWhileTheTaskGoesToSleep() throws Exception {
        for (int round = 1; round <= Race.ROUNDS; round++) {
            probe.request(1);
            Race.of(scheduler::run, () -> probe.request(1));
            scheduler.run();
            assertThat(probe.items).hasSize(2 * round);
        }
        probe.assertNoBreach();
    }

    @Test
    void noCancelIsLostWhileTheTaskRuns() throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            subscribe();
            probe.request(3);
            Race.of(scheduler::run, probe::cancel);
            scheduler.run();
            assertEndedInSilence();
        }
    }

    @Test
    void cancelsAndRequestsOfTwoThreadsEndInSilence() throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            subscribe();
            Race.of(() -> probe.request(3), probe::cancel);
            scheduler.run();
            assertEndedInSilence();
            assertThat(probe.items).isEmpty();
        }
    }

    @Test
    void twoCancelsCloseOnce() throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            subscribe();
            Race.of(probe::cancel, probe::cancel);
            scheduler.run();
            assertEndedInSilence();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void aBreachIsToldOnceWhateverRunsBesideIt(long n) throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            subscribe();
            probe.request(2);
            Race.of(round % 2 == 0 ? scheduler::run : () -> probe.request(n), () -> probe.request(n));
            scheduler.run();
            assertThat(probe.terminals).isEqualTo(1);
            assertThat(probe.failure).hasMessageContaining("3.9").hasMessageContaining(Long.toString(n));
            assertThat(source.closes).hasValue(1);
            probe.assertNoBreach();
        }
    }

    @Test
    void aShutdownAndACancelEndWithOneSignalAtMost() throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            subscribe();
            Race.of(handle::cancel, probe::cancel);
            scheduler.run();
            assertThat(probe.terminals).isLessThanOrEqualTo(1);
            assertThat(source.closes).hasValue(1);
            assertThat(handle.isDone()).isTrue();
            probe.assertNoBreach();
        }
    }

    private void assertEndedInSilence() {
        assertThat(probe.terminals).isZero();
        assertThat(source.closes).hasValue(1);
        assertThat(handle.isDone()).isTrue();
        probe.assertNoBreach();
    }
}
