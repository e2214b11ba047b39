package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamProcessorTest {
    private final StepScheduler scheduler = new StepScheduler(Budget.DEFAULT);
    private final TaskRuntime runtime = new StepRuntime(scheduler);
    private final ManualPublisher<Integer> upstream = new ManualPublisher<>();
    private final Probe<Integer> probe = new Probe<>();

    private StreamProcessor<Integer, Integer> identity(int prefetch) {
        return identity(prefetch, StreamProcessor.DEFAULT_BUFFER);
    }

    private StreamProcessor<Integer, Integer> identity(int prefetch, int buffer) {
        return new StreamProcessor<>(SourceLaws::check, () -> runtime, prefetch, Budget.DEFAULT, buffer);
    }

    @Test
    void refusesBadArguments() {
        assertThatNullPointerException().isThrownBy(() -> new StreamProcessor<>(null, () -> runtime));
        assertThatNullPointerException().isThrownBy(() -> StreamProcessor.identity(null));
        assertThatNullPointerException().isThrownBy(() -> identity(1).subscribe(null));
        assertThatIllegalArgumentException().isThrownBy(() -> identity(0)).withMessageContaining("prefetch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StreamProcessor<Integer, Integer>(s -> s, () -> runtime, 1, 0, 1))
                .withMessageContaining("batch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> identity(1, 0))
                .withMessage("buffer must be at least 1, was 0");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void worksInWhicheverOrderTheTwoSidesCome(boolean upstreamFirst) {
        StreamProcessor<Integer, Integer> processor = identity(2);
        if (upstreamFirst) {
            upstream.subscribe(processor);
        }
        processor.subscribe(probe);
        scheduler.run();
        probe.request(1);
        scheduler.run();
        if (!upstreamFirst) {
            upstream.subscribe(processor);
            scheduler.run();
        }
        assertThat(upstream.requested).hasValue(2);
        upstream.subscriber.onNext(1);
        scheduler.run();
        assertThat(probe.items).containsExactly(1);
        upstream.subscriber.onComplete();
        scheduler.run();
        assertThat(probe.isCompleted()).isTrue();
        probe.assertNoBreach();
    }

    @Test
    void requestsNothingBeforeTheSubscriberDoes() {
        StreamProcessor<Integer, Integer> processor = identity(8);
        upstream.subscribe(processor);
        scheduler.run();
        assertThat(upstream.requests).hasValue(0);
        processor.subscribe(probe);
        scheduler.run();
        assertThat(upstream.requests).hasValue(0);
        probe.request(1);
        scheduler.run();
        assertThat(upstream.requested).hasValue(8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void passesOnTheEndAtOnceThoughNothingWasEverRequested(boolean fails) {
        StreamProcessor<Integer, Integer> processor = identity(2);
        upstream.subscribe(processor);
        processor.subscribe(probe);
        scheduler.run();
        Exception failure = new Exception("upstream");
        if (fails) {
            upstream.subscriber.onError(failure);
        } else {
            upstream.subscriber.onComplete();
        }
        scheduler.run();
        assertThat(probe.terminals).isEqualTo(1);
        assertThat(probe.failure).isSameAs(fails ? failure : null);
        assertThat(upstream.cancels).hasValue(0);
        probe.assertNoBreach();
    }

    @Test
    void aFailureOvertakesItemsThatWaitForDemandAndCompletionDoesNot() {
        StreamProcessor<Integer, Integer> failing = identity(4);
        upstream.subscribe(failing);
        failing.subscribe(probe);
        scheduler.run();
        probe.request(1);
        scheduler.run();
        upstream.subscriber.onNext(1);
        upstream.subscriber.onNext(2);
        scheduler.run();
        upstream.subscriber.onError(new Exception("upstream"));
        scheduler.run();
        assertThat(probe.items).containsExactly(1);
        assertThat(probe.failure).hasMessage("upstream");

        StreamProcessor<Integer, Integer> completing = identity(4);
        Probe<Integer> patient = new Probe<>();
        upstream.subscribe(completing);
        completing.subscribe(patient);
        scheduler.run();
        patient.request(1);
        scheduler.run();
        upstream.subscriber.onNext(1);
        upstream.subscriber.onNext(2);
        upstream.subscriber.onComplete();
        scheduler.run();
        assertThat(patient.terminals).isZero();
        patient.request(1);
        scheduler.run();
        assertThat(patient.items).containsExactly(1, 2);
        assertThat(patient.isCompleted()).isTrue();
    }

    @Test
    void cancelReachesTheUpstream() {
        StreamProcessor<Integer, Integer> processor = identity(2);
        upstream.subscribe(processor);
        processor.subscribe(probe);
        scheduler.run();
        probe.cancel();
        scheduler.run();
        assertThat(upstream.cancels).hasValue(1);
        assertThat(probe.terminals).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 2", "1, 16", "2, 1", "2, 2", "2, 16", "8, 1", "8, 2", "8, 16"})
    void theSlowestBoundsTheOthersByTheBufferAndTheUpstreamToo(int prefetch, int buffer) {
        upstream.onRequest(n -> {
            for (long i = 0; i < n; i++) {
                upstream.subscriber.onNext(upstream.requests.get());
            }
        });
        StreamProcessor<Integer, Integer> processor = identity(prefetch, buffer);
        Probe<Integer> slow = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(probe);
        processor.subscribe(slow);
        scheduler.run();
        probe.request(Long.MAX_VALUE);
        scheduler.run();
        assertThat(probe.items).hasSize(buffer);
        assertThat(upstream.requested.get()).isBetween((long) buffer, (long) buffer + prefetch);
        assertThat(slow.items).isEmpty();
        for (int i = 1; i <= 20; i++) {
            slow.request(1);
            scheduler.run();
            assertThat(slow.items).hasSize(i);
            assertThat(probe.items).hasSize(buffer + i);
            assertThat(upstream.requested.get()).isLessThanOrEqualTo(buffer + i + prefetch);
        }
        assertThat(slow.items).isEqualTo(probe.items.subList(0, 20));
        probe.cancel();
        scheduler.run();
        assertThat(upstream.cancels).hasValue(0);
        slow.request(buffer + 1);
        scheduler.run();
        assertThat(slow.items).hasSize(21 + buffer);
        probe.assertNoBreach();
        slow.assertNoBreach();
    }

    @Test
    void withoutDemandFromAnybodyWhoHasSeenAllNothingIsPulled() {
        StreamProcessor<Integer, Integer> processor = identity(1);
        Probe<Integer> second = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(probe);
        processor.subscribe(second);
        scheduler.run();
        probe.request(1);
        scheduler.run();
        upstream.subscriber.onNext(1);
        scheduler.run();
        second.request(1); // which is there already
        scheduler.run();
        assertThat(second.items).containsExactly(1);
        assertThat(upstream.requested).hasValue(1);
        second.request(1);
        scheduler.run();
        assertThat(upstream.requested).hasValue(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void oneWhoCancelsOrThrowsHoldsNobodyBack(int buffer) {
        StreamProcessor<Integer, Integer> processor = identity(64, buffer);
        Probe<Integer> idle = new Probe<>();
        RuntimeException thrown = new RuntimeException("from onNext");
        Probe<Integer> throwing = new Probe<Integer>().onNext((p, item) -> {
            throw thrown;
        });
        upstream.subscribe(processor);
        processor.subscribe(probe);
        processor.subscribe(idle);
        processor.subscribe(throwing);
        scheduler.run();
        probe.request(Long.MAX_VALUE);
        throwing.request(1);
        scheduler.run();
        for (int i = 0; i < 40; i++) {
            upstream.subscriber.onNext(i);
        }
        scheduler.run();
        assertThat(probe.items).hasSize(buffer);
        assertThat(throwing.items).containsExactly(0);
        assertThat(scheduler.undeliverable).containsExactly(thrown);
        idle.cancel();
        scheduler.run();
        assertThat(probe.items).hasSize(40);
        assertThat(idle.terminals).isZero();
        assertThat(upstream.cancels).hasValue(0);
    }

    @Test
    void aFailureIsToldAlthoughWhoWaitedForAnItemHasLeft() {
        StreamProcessor<Integer, Integer> processor = identity(4);
        Probe<Integer> waiting = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(waiting);
        processor.subscribe(probe);
        scheduler.run();
        waiting.request(1);
        scheduler.run();
        waiting.cancel();
        scheduler.run();
        upstream.subscriber.onError(new Exception("upstream"));
        scheduler.run();
        assertThat(probe.failure).hasMessage("upstream");
        probe.assertNoBreach();
    }

    @Test
    void aLateSubscriberReceivesWhatComesLater() {
        StreamProcessor<Integer, Integer> processor = identity(8);
        Probe<Integer> late = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(probe);
        scheduler.run();
        probe.request(8);
        scheduler.run();
        upstream.subscriber.onNext(1);
        scheduler.run();
        processor.subscribe(late);
        upstream.subscriber.onNext(2); // pulled later than that, although late has not been called yet
        scheduler.run();
        late.request(8);
        upstream.subscriber.onNext(3);
        upstream.subscriber.onComplete();
        scheduler.run();
        assertThat(probe.items).containsExactly(1, 2, 3);
        assertThat(late.items).containsExactly(2, 3);
        assertThat(probe.isCompleted()).isTrue();
        assertThat(late.isCompleted()).isTrue();
    }

    @Test
    void whoComesAfterTheEndReceivesTheEnd() {
        Probe<Integer> late = new Probe<>();
        StreamProcessor<Integer, Integer> completed = identity(1);
        upstream.subscribe(completed);
        completed.subscribe(probe);
        upstream.subscriber.onComplete();
        scheduler.run();
        completed.subscribe(late);
        scheduler.run();
        assertThat(late.isCompleted()).isTrue();
        late.assertNoBreach();

        Probe<Integer> lateToo = new Probe<>();
        Exception failure = new Exception("upstream");
        StreamProcessor<Integer, Integer> failed = identity(1);
        upstream.subscribe(failed);
        upstream.subscriber.onError(failure);
        failed.subscribe(lateToo);
        scheduler.run();
        assertThat(lateToo.failure).isSameAs(failure);
        lateToo.assertNoBreach();
    }

    @Test
    void theLastCancelEndsTheProcessor() {
        StreamProcessor<Integer, Integer> processor = identity(2);
        Probe<Integer> second = new Probe<>();
        Probe<Integer> late = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(probe);
        processor.subscribe(second);
        scheduler.run();
        probe.cancel();
        scheduler.run();
        assertThat(upstream.cancels).hasValue(0);
        second.cancel();
        scheduler.run();
        assertThat(upstream.cancels).hasValue(1);
        processor.subscribe(late);
        scheduler.run();
        assertThat(late.failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("cancelled");
        late.assertNoBreach();
        assertThat(probe.terminals + second.terminals).isZero();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void forAllSubscribersAFailureOvertakesAndCompletionDoesNot(int buffer) {
        for (boolean fails : new boolean[] {true, false}) {
            StreamProcessor<Integer, Integer> processor = identity(4, buffer);
            Probe<Integer> fast = new Probe<>();
            Probe<Integer> slow = new Probe<>();
            upstream.subscribe(processor);
            processor.subscribe(fast);
            processor.subscribe(slow);
            scheduler.run();
            fast.request(1);
            scheduler.run();
            upstream.subscriber.onNext(1);
            scheduler.run();
            fast.request(1);
            if (fails) {
                upstream.subscriber.onError(new Exception("upstream"));
                scheduler.run();
                assertThat(slow.items).isEmpty();
                assertThat(slow.failure).hasMessage("upstream");
                assertThat(fast.failure).hasMessage("upstream");
            } else {
                upstream.subscriber.onComplete();
                scheduler.run();
                assertThat(slow.terminals).isZero();
                assertThat(fast.isCompleted()).isTrue();
                slow.request(1);
                scheduler.run();
                assertThat(slow.items).containsExactly(1);
                assertThat(slow.isCompleted()).isTrue();
            }
            fast.assertNoBreach();
            slow.assertNoBreach();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aTransformationThatThrowsFailsTheSubscribersAndCancelsTheUpstream(boolean throwsIt) {
        IllegalStateException thrown = new IllegalStateException("transformation");
        Probe<Integer> second = new Probe<>();
        StreamProcessor<Integer, Integer> processor = new StreamProcessor<>(
                source -> {
                    if (throwsIt) {
                        throw thrown;
                    }
                    return null;
                },
                () -> runtime);
        upstream.subscribe(processor);
        processor.subscribe(probe);
        processor.subscribe(second);
        scheduler.run();
        if (throwsIt) {
            assertThat(probe.failure).isSameAs(thrown);
        } else {
            assertThat(probe.failure).isInstanceOf(NullPointerException.class).hasMessage("the transformed source");
        }
        assertThat(second.failure).isSameAs(probe.failure);
        assertThat(upstream.cancels).hasValue(1);
    }

    @Test
    void aSubscriberWithoutARuntimeIsRefusedAlone() {
        List<TaskRuntime> hosts = new ArrayList<>(Arrays.asList(null, runtime));
        StreamProcessor<Integer, Integer> processor = StreamProcessor.identity(() -> hosts.remove(0));
        Probe<Integer> refused = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(refused);
        assertThat(refused.failure).isInstanceOf(NullPointerException.class);
        refused.assertNoBreach();
        processor.subscribe(probe);
        scheduler.run();
        probe.request(1);
        scheduler.run();
        upstream.subscriber.onNext(1);
        scheduler.run();
        assertThat(probe.items).containsExactly(1);
    }

    @Test
    void aRuntimeThatDoesNotRunTheTransformationEndsTheProcessor() {
        TaskRuntime ended = TaskRuntime.builder().workers(1).build();
        ended.close();
        StreamProcessor<Integer, Integer> processor = StreamProcessor.identity(() -> ended);
        upstream.subscribe(processor);
        processor.subscribe(probe);
        assertThat(probe.failure).isInstanceOf(CancellationException.class).hasMessageContaining("shutdown");
        assertThat(upstream.cancels).hasValue(1);
        probe.assertNoBreach();
    }

    @Test
    void shutdownEndsAllSubscribersAndTheUpstream() throws Exception {
        Probe<Integer> second = new Probe<>();
        try (TaskRuntime real = TaskRuntime.builder().workers(2).build()) {
            StreamProcessor<Integer, Integer> processor = StreamProcessor.identity(() -> real);
            upstream.subscribe(processor);
            processor.subscribe(probe);
            processor.subscribe(second);
            probe.awaitSubscribed();
            second.awaitSubscribed();
            probe.request(1);
        }
        probe.awaitEnd();
        second.awaitEnd();
        assertThat(probe.failure).isInstanceOf(CancellationException.class).hasMessageContaining("shutdown");
        assertThat(second.failure).isInstanceOf(CancellationException.class).hasMessageContaining("shutdown");
        assertThat(upstream.cancels).hasValue(1);
        probe.assertNoBreach();
        second.assertNoBreach();
    }

    @Test
    void subscribersAreForgottenAtTheirEnd() { // §3.13
        StreamProcessor<Integer, Integer> processor = identity(2);
        upstream.subscribe(processor);
        processor.subscribe(probe);
        WeakReference<Probe<Integer>> gone = subscribeAndCancel(processor);
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(gone.get()).isNull();
        });
        probe.request(1);
        scheduler.run();
        assertThat(upstream.requested).hasValue(2);
    }

    private WeakReference<Probe<Integer>> subscribeAndCancel(StreamProcessor<Integer, Integer> processor) {
        Probe<Integer> passing = new Probe<>();
        processor.subscribe(passing);
        scheduler.run();
        passing.request(1);
        scheduler.run();
        passing.cancel();
        scheduler.run();
        return new WeakReference<>(passing);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 16})
    void fourSubscribersWithRandomDemandReceiveTheSame(int buffer) throws Exception {
        int count = 100_000;
        try (TaskRuntime real = TaskRuntime.builder().workers(2).build()) {
            StreamProcessor<Integer, Integer> processor =
                    new StreamProcessor<>(source -> source, () -> real, 64, Budget.DEFAULT, buffer);
            List<Probe<Integer>> probes = new ArrayList<>();
            for (int seed = 0; seed < 4; seed++) {
                Random random = new Random(seed);
                int[] open = {1};
                Probe<Integer> each = new Probe<Integer>().onSubscribe(p -> p.request(1));
                each.onNext((p, item) -> {
                    if (--open[0] == 0) {
                        open[0] = 1 + random.nextInt(50);
                        p.request(open[0]);
                    }
                });
                probes.add(each);
                processor.subscribe(each);
            }
            new SourcePublisher<>(() -> Items.upTo(count), () -> real).subscribe(processor);
            List<Integer> expected = IntStream.range(0, count).boxed().toList();
            for (Probe<Integer> each : probes) {
                each.awaitEnd();
                assertThat(each.isCompleted()).isTrue();
                assertThat(each.items.equals(expected)).as("all in order").isTrue();
                each.assertNoBreach();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.reactive.Matrix#prefetchBatchBudget")
    void transformsWhatComesThrough(int prefetch, int batch, int budget) throws Exception {
        try (TaskRuntime real = TaskRuntime.builder().workers(2).budget(budget).build()) {
            StreamProcessor<Integer, String> processor = new StreamProcessor<>(
                    source -> SourceLaws.check(new Shout(source)), () -> real, prefetch, batch, 2);
            Probe<String> listener =
                    new Probe<String>().onSubscribe(p -> p.request(1)).onNext((p, item) -> p.request(1));
            processor.subscribe(listener);
            new SourcePublisher<>(() -> Items.upTo(500), () -> real, batch).subscribe(processor);
            listener.awaitEnd();
            assertThat(listener.failure).isNull();
            assertThat(listener.items)
                    .isEqualTo(IntStream.range(0, 500).mapToObj(i -> i + "!").toList());
            listener.assertNoBreach();
        }
    }

    /** The least transformation there is. */
    private record Shout(Source<Integer> source) implements Source<String> {
        @Override
        public String poll(Context cx) throws Exception {
            Integer item = source.poll(cx);
            return item == null ? null : item + "!";
        }

        @Override
        public boolean isDone() {
            return source.isDone();
        }

        @Override
        public void close() {
            source.close();
        }
    }
}
