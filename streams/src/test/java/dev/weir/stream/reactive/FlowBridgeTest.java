package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.concurrent.SubmissionPublisher;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivestreams.Processor;
import org.reactivestreams.Publisher;

class FlowBridgeTest {
    @Test
    void thereAndBackIsTheSameObject() {
        Publisher<Integer> publisher = new ManualPublisher<>();
        Probe<Integer> subscriber = new Probe<>();
        Processor<Integer, Integer> processor = StreamProcessor.identity(TaskRuntime::shared);
        assertThat(FlowBridge.fromFlow(FlowBridge.toFlow(publisher))).isSameAs(publisher);
        assertThat(FlowBridge.fromFlow(FlowBridge.toFlow(subscriber))).isSameAs(subscriber);
        assertThat(FlowBridge.fromFlow(FlowBridge.toFlow(processor))).isSameAs(processor);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void takesWhatTheJdkPublishesAndPublishesWhatTheJdkTakes(int prefetch) throws Exception {
        SubmissionPublisher<Integer> jdk = new SubmissionPublisher<>();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            Flow.Publisher<Integer> through = FlowBridge.toFlow(new SourcePublisher<>(
                    () -> new PublisherSource<>(FlowBridge.fromFlow(jdk), prefetch), () -> runtime));
            Probe<Integer> probe = new Probe<Integer>().onSubscribe(p -> p.request(Long.MAX_VALUE));
            through.subscribe(FlowBridge.toFlow(probe));
            probe.awaitSubscribed();
            while (jdk.getNumberOfSubscribers() == 0) {
                Thread.onSpinWait();
            }
            List.of(1, 2, 3).forEach(jdk::submit);
            jdk.close();
            probe.awaitEnd();
            assertThat(probe.items).containsExactly(1, 2, 3);
            assertThat(probe.isCompleted()).isTrue();
            probe.assertNoBreach();
        }
    }
}
