package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Budget;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pair of signals at once, and every signal at once with a poll; then all that is left is run. */
class StreamProcessorRaceTest {
    enum Signal {
        REQUEST,
        CANCEL,
        ON_NEXT,
        ON_COMPLETE,
        ON_ERROR,
        POLL
    }

    private StepScheduler scheduler;
    private Probe<Integer> probe;
    private ManualPublisher<Integer> upstream;

    static Stream<Arguments> pairs() {
        return Stream.of(Signal.values())
                .flatMap(a -> Stream.of(Signal.values())
                        .filter(b -> a.compareTo(b) <= 0 && a != Signal.POLL)
                        .map(b -> Arguments.of(a, b)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void twoSignalsAtOnceLoseNothingAndEndOnce(Signal one, Signal other) throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            int prefetch = round % 3 == 0 ? Budget.DEFAULT : round % 3;
            start(prefetch);
            Race.of(() -> send(one), () -> send(other));
            scheduler.run();
            verify(EnumSet.of(one, other), one == other, prefetch);
        }
    }

    private void start(int prefetch) {
        scheduler = new StepScheduler(Budget.DEFAULT);
        StepRuntime runtime = new StepRuntime(scheduler);
        StreamProcessor<Integer, Integer> processor =
                new StreamProcessor<>(source -> source, () -> runtime, prefetch, Budget.DEFAULT, prefetch);
        upstream = new ManualPublisher<>();
        probe = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(probe);
        scheduler.run();
        probe.request(2);
        scheduler.run();
        assertThat(upstream.requested).hasValue(prefetch);
    }

    private void send(Signal signal) {
        switch (signal) {
            case REQUEST -> probe.request(3);
            case CANCEL -> probe.cancel();
            case ON_NEXT -> upstream.subscriber.onNext(7);
            case ON_COMPLETE -> upstream.subscriber.onComplete();
            case ON_ERROR -> upstream.subscriber.onError(new Exception("upstream"));
            case POLL -> scheduler.run();
        }
    }

    private void verify(Set<Signal> sent, boolean twice, int prefetch) {
        probe.assertNoBreach();
        boolean ends = sent.contains(Signal.ON_COMPLETE) || sent.contains(Signal.ON_ERROR);
        boolean breaks = sent.contains(Signal.ON_NEXT) && twice; // §1.3, and with a prefetch of 1 also §1.1
        if (sent.contains(Signal.CANCEL)) {
            assertThat(probe.items.size()).isLessThanOrEqualTo(1);
            assertThat(upstream.cancels.get()).isBetween(ends ? 0 : 1, 1);
        } else if (ends) {
            assertThat(probe.terminals).isEqualTo(1);
            assertThat(upstream.cancels).hasValue(0);
        } else if (breaks) {
            if (probe.terminals == 0) {
                assertThat(probe.items).hasSize(2);
            } else {
                assertThat(probe.failure).isInstanceOf(IllegalStateException.class);
                assertThat(upstream.cancels).hasValue(1);
            }
        } else {
            assertThat(probe.terminals).isZero();
            assertThat(probe.items).hasSize(sent.contains(Signal.ON_NEXT) ? 1 : 0);
            int expected = sent.contains(Signal.ON_NEXT) && prefetch == 1 ? 2 : prefetch;
            assertThat(upstream.requested).hasValue(expected);
        }
    }
}
