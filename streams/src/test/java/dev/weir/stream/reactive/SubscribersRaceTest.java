package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Budget;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What subscribers of one processor and its upstream do, every pair at once, and each at once with a poll of the tasks;
 * then all that is left is run. One subscriber is fast, one has no demand, one comes.
 */
class SubscribersRaceTest {
    enum Signal {
        SUBSCRIBE,
        CANCEL_FAST,
        CANCEL_IDLE,
        REQUEST_IDLE,
        ON_NEXT,
        ON_COMPLETE,
        ON_ERROR,
        POLL
    }

    private StepScheduler scheduler;
    private StreamProcessor<Integer, Integer> processor;
    private ManualPublisher<Integer> upstream;
    private Probe<Integer> fast;
    private Probe<Integer> idle;
    private Probe<Integer> newcomer;

    static Stream<Arguments> pairs() {
        return Stream.of(Signal.values())
                .flatMap(a -> Stream.of(Signal.values())
                        .filter(b -> a.compareTo(b) < 0)
                        .map(b -> Arguments.of(a, b)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void twoAtOnceLoseNothingAndEndEachSubscriberOnce(Signal one, Signal other) throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            start(1 + round % 2);
            Race.of(() -> send(one), () -> send(other));
            scheduler.run();
            verify(Set.of(one, other));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoComesAsTheLastOneLeavesIsServedOrRefused(boolean afterAnItem) throws Exception {
        for (int round = 0; round < Race.ROUNDS; round++) {
            start(1 + round % 2);
            if (afterAnItem) {
                upstream.subscriber.onNext(1);
            }
            idle.cancel();
            scheduler.run();
            Race.of(() -> processor.subscribe(newcomer), () -> {
                fast.cancel();
                scheduler.run();
            });
            scheduler.run();
            newcomer.assertNoBreach();
            if (newcomer.terminals == 0) {
                upstream.subscriber.onNext(2);
                scheduler.run();
                assertThat(newcomer.items).containsExactly(2);
                assertThat(upstream.cancels).hasValue(0);
            } else {
                assertThat(newcomer.failure).isInstanceOf(IllegalStateException.class);
                assertThat(upstream.cancels).hasValue(1);
            }
        }
    }

    /** One item is in the buffer: fast has received it, idle has not asked for it. */
    private void start(int buffer) {
        scheduler = new StepScheduler(Budget.DEFAULT);
        StepRuntime runtime = new StepRuntime(scheduler);
        processor = new StreamProcessor<>(source -> source, () -> runtime, 4, Budget.DEFAULT, buffer);
        upstream = new ManualPublisher<>();
        fast = new Probe<>();
        idle = new Probe<>();
        newcomer = new Probe<Integer>().onSubscribe(p -> p.request(9));
        upstream.subscribe(processor);
        processor.subscribe(fast);
        processor.subscribe(idle);
        scheduler.run();
        fast.request(9);
        scheduler.run();
        upstream.subscriber.onNext(0);
        scheduler.run();
        assertThat(fast.items).containsExactly(0);
    }

    private void send(Signal signal) {
        switch (signal) {
            case SUBSCRIBE -> processor.subscribe(newcomer);
            case CANCEL_FAST -> fast.cancel();
            case CANCEL_IDLE -> idle.cancel();
            case REQUEST_IDLE -> idle.request(9);
            case ON_NEXT -> upstream.subscriber.onNext(1);
            case ON_COMPLETE -> upstream.subscriber.onComplete();
            case ON_ERROR -> upstream.subscriber.onError(new Exception("upstream"));
            case POLL -> scheduler.run();
        }
    }

    private void verify(Set<Signal> sent) {
        List.of(fast, idle, newcomer).forEach(Probe::assertNoBreach);
        assertThat(scheduler.undeliverable).isEmpty();
        boolean fails = sent.contains(Signal.ON_ERROR);
        boolean completes = sent.contains(Signal.ON_COMPLETE);
        boolean idleAsks = sent.contains(Signal.REQUEST_IDLE);
        if (completes && (fails || sent.contains(Signal.ON_NEXT))) {
            idle.request(9); // what is in the buffer, and waits for room in it, comes before the completion
            idleAsks = true;
            scheduler.run();
        }
        if (!sent.contains(Signal.CANCEL_FAST)) {
            assertThat(fast.terminals).isEqualTo(fails || completes ? 1 : 0);
        }
        if (!sent.contains(Signal.CANCEL_IDLE)) {
            boolean informed = fails || (completes && idleAsks);
            assertThat(idle.terminals).isEqualTo(informed ? 1 : 0);
        }
        if (sent.contains(Signal.SUBSCRIBE)) {
            assertThat(newcomer.terminals).isEqualTo(fails || completes ? 1 : 0);
        }
        boolean bothCancel = sent.contains(Signal.CANCEL_FAST) && sent.contains(Signal.CANCEL_IDLE);
        assertThat(upstream.cancels).hasValue(bothCancel ? 1 : 0);
        if (fails || completes || bothCancel) {
            return;
        }
        drain(sent);
    }

    /** All demand there could be, and two items more: whoever has not cancelled receives them. */
    private void drain(Set<Signal> sent) {
        for (int item = sent.contains(Signal.ON_NEXT) ? 2 : 1; item < 4; item++) {
            upstream.subscriber.onNext(item);
            scheduler.run();
        }
        if (!sent.contains(Signal.CANCEL_IDLE)) {
            idle.request(9);
            scheduler.run();
            assertThat(idle.items).containsExactly(0, 1, 2, 3);
        }
        if (!sent.contains(Signal.CANCEL_FAST)) {
            assertThat(fast.items).containsExactly(0, 1, 2, 3);
        }
        if (sent.contains(Signal.SUBSCRIBE)) {
            List<Integer> all = List.of(0, 1, 2, 3);
            assertThat(newcomer.items).isEqualTo(all.subList(4 - newcomer.items.size(), 4));
            assertThat(newcomer.items).hasSizeGreaterThanOrEqualTo(2);
        }
    }
}
