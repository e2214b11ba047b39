package dev.weir.io.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.io.ByteStream;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OutputSinkTest {
    private final List<Integer> writes = new ArrayList<>();
    private int finishes;

    private final OutputSink sink = new OutputSink(
            "a test output",
            new OutputSink.Output() {
                @Override
                public void write(ByteBuffer[] chunks) {
                    writes.add(chunks.length);
                }

                @Override
                public void finish() {
                    finishes++;
                }
            },
            () -> {});

    /** Only bytes count against the bound: what has none must not be held. */
    @Test
    void empty_buffers_are_not_held_and_make_no_call() {
        Pollable<@Nullable Void> sending = cx -> {
            for (int i = 0; i < 1_000_000; i++) {
                assertReady(sink.pollReady(cx));
                sink.send(ByteBuffer.allocate(0));
            }
            assertReady(sink.pollFlush(cx));
            return Poll.done();
        };
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            runtime.spawn(sending).join();
            assertThat(writes).isEmpty();
            boolean[] sent = {false};
            runtime.spawn(cx -> {
                        if (!sent[0]) {
                            assertReady(sink.pollReady(cx));
                            sink.send(ByteBuffer.allocate(1));
                            sent[0] = true;
                        }
                        return sink.pollFinish(cx) ? Poll.done() : Poll.pending();
                    })
                    .join();
            assertThat(writes).containsExactly(1);
            assertThat(finishes).isEqualTo(1);
        }
    }

    @Test
    void items_are_bounded_however_small_they_are() {
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            boolean[] full = {false};
            runtime.spawn(cx -> {
                        while (!full[0] && sink.pollReady(cx)) {
                            sink.send(ByteBuffer.allocate(1));
                        }
                        full[0] = true;
                        return sink.pollFlush(cx) ? Poll.done() : Poll.pending();
                    })
                    .join();
        }
        assertThat(writes).isNotEmpty().allMatch(items -> items == OutputSink.BOUND / ByteStream.LEAST_WEIGHT);
    }

    @Test
    void items_of_the_call_that_is_under_way_count_as_well() throws Exception {
        CountDownLatch mayWrite = new CountDownLatch(1);
        OutputSink slow = new OutputSink(
                "a slow output",
                new OutputSink.Output() {
                    @Override
                    public void write(ByteBuffer[] chunks) throws InterruptedException {
                        mayWrite.await();
                    }

                    @Override
                    public void finish() {}
                },
                () -> {});
        AtomicInteger taken = new AtomicInteger();
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            runtime.spawn(cx -> {
                        for (int turn = 0; turn < 3; turn++) { // the flush hands over what is held
                            while (slow.pollReady(cx)) {
                                slow.send(ByteBuffer.allocate(1));
                                taken.incrementAndGet();
                            }
                            slow.pollFlush(cx);
                        }
                        return Poll.done();
                    })
                    .join();
            mayWrite.countDown();
        }
        assertThat(taken).hasValue(OutputSink.BOUND / ByteStream.LEAST_WEIGHT);
    }

    private static void assertReady(boolean ready) {
        if (!ready) {
            throw new AssertionError("the sink has to wait");
        }
    }
}
