package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.testkit.SourceLaws;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class StreamProcessorTest {
    private final StepScheduler scheduler = new StepScheduler(Budget.DEFAULT);
    private final TaskRuntime runtime = new StepRuntime(scheduler);
    private final ManualPublisher<Integer> upstream = new ManualPublisher<>();
    private final Probe<Integer> probe = new Probe<>();

    private StreamProcessor<Integer, Integer> identity(int prefetch) {
        return new StreamProcessor<>(SourceLaws::check, () -> runtime, prefetch, Budget.DEFAULT);
    }

    @Test
    void refusesBadArguments() {
        assertThatNullPointerException().isThrownBy(() -> new StreamProcessor<>(null, () -> runtime));
        assertThatNullPointerException().isThrownBy(() -> StreamProcessor.identity(null));
        assertThatNullPointerException().isThrownBy(() -> identity(1).subscribe(null));
        assertThatIllegalArgumentException().isThrownBy(() -> identity(0)).withMessageContaining("prefetch");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StreamProcessor<Integer, Integer>(s -> s, () -> runtime, 1, 0))
                .withMessageContaining("batch");
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

    @Test
    void aSecondSubscriberIsRefusedAndTheFirstLivesOn() {
        StreamProcessor<Integer, Integer> processor = identity(2);
        Probe<Integer> second = new Probe<>();
        upstream.subscribe(processor);
        processor.subscribe(probe);
        processor.subscribe(second);
        assertThat(second.failure).isInstanceOf(IllegalStateException.class).hasMessageContaining("one subscriber");
        second.assertNoBreach();
        scheduler.run();
        probe.request(1);
        scheduler.run();
        upstream.subscriber.onNext(1);
        scheduler.run();
        assertThat(probe.items).containsExactly(1);
    }

    @Test
    void aTransformationThatThrowsFailsTheSubscriberAndCancelsTheUpstream() {
        IllegalStateException thrown = new IllegalStateException("transformation");
        StreamProcessor<Integer, Integer> processor = new StreamProcessor<>(
                source -> {
                    throw thrown;
                },
                () -> runtime);
        upstream.subscribe(processor);
        processor.subscribe(probe);
        assertThat(probe.failure).isSameAs(thrown);
        assertThat(upstream.cancels).hasValue(1);
    }

    @ParameterizedTest
    @MethodSource("dev.weir.stream.reactive.Matrix#prefetchBatchBudget")
    void transformsWhatComesThrough(int prefetch, int batch, int budget) throws Exception {
        try (TaskRuntime real = TaskRuntime.builder().workers(2).budget(budget).build()) {
            StreamProcessor<Integer, String> processor =
                    new StreamProcessor<>(source -> SourceLaws.check(new Shout(source)), () -> real, prefetch, batch);
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
