package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import dev.weir.sync.Broadcast;
import dev.weir.sync.CancellationToken;
import dev.weir.sync.Channel;
import dev.weir.sync.Oneshot;
import dev.weir.sync.TaskTracker;
import dev.weir.sync.Watch;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.testkit.ScriptedSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The examples of {@code dev.weir.sync}, as they stand in its documentation. */
class SyncExamplesTest {
    record Question(String text, Oneshot<String> answer) {}

    @Test
    void a_channel_between_a_source_and_whoever_receives() throws Exception {
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            ScriptedSource<String> source = ScriptedSource.of("a", "b", "c");
            source.end();

            Channel<String> lines = Channel.bounded(16);
            JoinHandle<Long> sent = runtime.spawn(lines.sender().sink().drain(source));
            lines.sender().close(); // the sink has a sender of its own; this one is not needed

            List<String> received = new ArrayList<>();
            for (String line = lines.receiver().receiveBlocking();
                    line != null;
                    line = lines.receiver().receiveBlocking()) {
                received.add(line);
            }
            assertThat(received).containsExactly("a", "b", "c");
            assertThat(sent.join()).isEqualTo(3);
        }
    }

    @Test
    void a_request_with_its_answer() throws Exception {
        try (var runtime = TaskRuntime.builder().workers(1).build()) {
            Channel<Question> questions = Channel.bounded(10);
            runtime.spawn(cx -> {
                for (Question next = questions.receiver().poll(cx);
                        next != null;
                        next = questions.receiver().poll(cx)) {
                    next.answer().send(next.text() + " = 42");
                }
                return Poll.pending();
            });

            Question question = new Question("6 * 7", new Oneshot<>());
            questions.sender().sendBlocking(question); // from a plain thread
            String answer = question.answer().receiveBlocking();
            assertThat(answer).isEqualTo("6 * 7 = 42");
        }
    }

    @Test
    void a_shutdown_that_waits() {
        try (var runtime = TaskRuntime.builder().workers(2).build()) {
            CancellationToken token = new CancellationToken();
            TaskTracker tracker = new TaskTracker();
            Pollable<String> connection = cx -> Poll.pending();
            JoinHandle<String> running = runtime.spawn(tracker.track(token.runUntilCancelled(connection)));

            token.cancel();
            tracker.close();
            runtime.blockOn(tracker.await());
            assertThat(running.join()).isNull();
        }
    }

    @Test
    void one_to_all_and_the_last_value() throws Exception {
        Broadcast.Sender<Integer> prices = Broadcast.withCapacity(1024);
        Broadcast.Receiver<Integer> mine = prices.subscribe();
        prices.send(100);
        assertThat(mine.receiveBlocking()).isEqualTo(100);

        Watch.Sender<String> config = Watch.of("first");
        Watch.Receiver<String> seen = config.subscribe();
        config.send("second");
        assertThat(seen.changedBlocking()).isEqualTo("second");
    }
}
