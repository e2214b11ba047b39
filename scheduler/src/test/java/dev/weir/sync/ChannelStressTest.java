package dev.weir.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Sink;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Many senders of every kind, counted: none is lost, none comes twice, and each sender's come in order. */
class ChannelStressTest {
    private static final int SENDERS = 4;

    static Stream<Arguments> everyRuntimeAndSize() {
        return Stream.of(Runtimes.values())
                .flatMap(runtime -> Stream.of(1, 2, 4, 1024, Slots.LARGEST_RING + 1, Pipe.UNBOUNDED)
                        .map(capacity -> Arguments.of(runtime, capacity)));
    }

    private static Channel<long[]> channelOf(int capacity) {
        return capacity == Pipe.UNBOUNDED ? Channel.unbounded() : Channel.bounded(capacity);
    }

    @ParameterizedTest
    @MethodSource("everyRuntimeAndSize")
    void items_of_many_senders_arrive_once_and_in_order(Runtimes runtimes, int capacity) {
        int each = capacity < 8 ? Iterations.of(800, 20_000) : Iterations.of(4_000, 100_000);
        Channel<long[]> channel = channelOf(capacity);
        Ledger ledger = new Ledger();
        try (TaskRuntime runtime = runtimes.build()) {
            List<JoinHandle<?>> tasks = new ArrayList<>();
            for (int i = 0; i < SENDERS; i++) {
                tasks.add(runtime.spawn(new Sending(channel.sender().copy(), i, each)));
            }
            channel.sender().close();
            tasks.add(runtime.spawn(new Receiving(channel.receiver(), ledger)));
            runtime.blockOn(new All(tasks));
        }
        assertThat(ledger.next).containsOnly(each).hasSize(SENDERS);
        assertThat(channel.receiver().isDone()).isTrue();
    }

    /** Half of the senders are cancelled in the middle, some while they wait and some while they hold a permit. */
    @ParameterizedTest
    @EnumSource(Runtimes.class)
    void cancelled_senders_lose_nobodys_items_and_no_room(Runtimes runtimes) {
        int rounds = Iterations.of(20, 400);
        for (int round = 0; round < rounds; round++) {
            Channel<long[]> channel = Channel.bounded(1 + round % 3);
            Ledger ledger = new Ledger();
            int each = 100;
            try (TaskRuntime runtime = runtimes.build()) {
                List<JoinHandle<?>> kept = new ArrayList<>();
                List<JoinHandle<?>> cancelled = new ArrayList<>();
                for (int i = 0; i < SENDERS; i++) {
                    (i % 2 == 0 ? kept : cancelled)
                            .add(runtime.spawn(new Sending(channel.sender().copy(), i, i % 2 == 0 ? each : 1_000_000)));
                }
                channel.sender().close();
                kept.add(runtime.spawn(new Receiving(channel.receiver(), ledger)));
                kept.add(runtime.spawn(cx -> {
                    if (ledger.total.get() < 20 + cancelled.size()) {
                        cx.waker().wake();
                        return Poll.pending();
                    }
                    cancelled.forEach(JoinHandle::cancel);
                    return Poll.done();
                }));
                runtime.blockOn(new All(kept));
            }
            assertThat(ledger.next[0]).isEqualTo(each);
            assertThat(ledger.next[2]).isEqualTo(each);
            assertThat(channel.sender().capacity()).as("room").isEqualTo(1 + round % 3);
        }
    }

    @Test
    void threads_that_block_and_tasks_meet_in_a_channel() throws Exception {
        int each = Iterations.of(800, 20_000);
        Channel<Integer> there = Channel.bounded(2);
        Channel<Integer> back = Channel.bounded(2);
        try (TaskRuntime runtime = Runtimes.ONE_WORKER.build()) {
            JoinHandle<Long> echo = runtime.spawn(back.sender().sink().drain(there.receiver()));
            back.sender().close();
            Thread sender = new Thread(() -> {
                try (Channel.Sender<Integer> sending = there.sender()) {
                    for (int i = 0; i < each; i++) {
                        sending.sendBlocking(i);
                    }
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            sender.start();
            for (int i = 0; i < each; i++) {
                assertThat(back.receiver().receiveBlocking()).isEqualTo(i);
            }
            assertThat(back.receiver().receiveBlocking()).isNull();
            assertThat(echo.join()).isEqualTo(each);
            sender.join();
        }
    }

    /** What has arrived; written by the receiver. */
    private static final class Ledger {
        private final int[] next = new int[SENDERS];
        private final AtomicInteger total = new AtomicInteger();

        void record(long[] item) {
            int sender = (int) item[0];
            if (item[1] != next[sender]) {
                throw new AssertionError("of sender " + sender + " came " + item[1] + " and not " + next[sender]);
            }
            next[sender]++;
            total.lazySet(total.getPlain() + 1);
        }
    }

    /** Sends in five ways, in turn. */
    private static final class Sending implements Pollable<@Nullable Void> {
        private final Channel.Sender<long[]> sender;
        private final Sink<long[]> sink;
        private final int number;
        private final int count;
        private int sent;
        private @Nullable Pollable<@Nullable Void> send;
        private @Nullable Pollable<Channel.Permit<long[]>> reserve;

        Sending(Channel.Sender<long[]> sender, int number, int count) {
            this.sender = sender;
            this.sink = sender.sink();
            this.number = number;
            this.count = count;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) throws Exception {
            while (sent < count) {
                long[] item = {number, sent};
                boolean done = switch (sent % 5) {
                    case 0 -> sender.pollSend(cx, item);
                    case 1 -> throughPollable(cx, item);
                    case 2 -> throughPermit(cx, item);
                    case 3 -> throughSink(cx, item);
                    default -> throughReserved(cx, item);
                };
                if (!done) {
                    return Poll.pending();
                }
                sent++;
            }
            return Poll.done();
        }

        private boolean throughPollable(Context cx, long[] item) throws Exception {
            if (send == null) {
                send = sender.send(item);
            }
            if (send.poll(cx).isPending()) {
                return false;
            }
            send = null;
            return true;
        }

        private boolean throughPermit(Context cx, long[] item) throws Exception {
            if (reserve == null) {
                reserve = sender.reserve();
            }
            Poll<Channel.Permit<long[]>> permit = reserve.poll(cx);
            if (permit.isPending()) {
                return false;
            }
            reserve = null;
            permit.get().send(item);
            return true;
        }

        private boolean throughSink(Context cx, long[] item) throws Exception {
            if (!sink.pollReady(cx)) {
                return false;
            }
            sink.send(item);
            return true;
        }

        private boolean throughReserved(Context cx, long[] item) {
            if (!sender.pollReserve(cx)) {
                return false;
            }
            sender.sendReserved(item);
            return true;
        }

        @Override
        public void close() {
            if (send != null) {
                send.close();
            }
            if (reserve != null) {
                reserve.close();
            }
            sink.close();
            sender.close();
        }
    }

    /** Receives one by one and many at once, in turn. */
    private static final class Receiving implements Pollable<@Nullable Void> {
        private final Channel.Receiver<long[]> receiver;
        private final Ledger ledger;
        private int turns;

        Receiving(Channel.Receiver<long[]> receiver, Ledger ledger) {
            this.receiver = receiver;
            this.ledger = ledger;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            for (; ; ) {
                if (turns++ % 2 == 0) {
                    if (receiver.pollMany(cx, ledger::record, 3) == 0) {
                        break;
                    }
                } else {
                    long[] item = receiver.poll(cx);
                    if (item == null) {
                        break;
                    }
                    ledger.record(item);
                }
            }
            return receiver.isDone() ? Poll.done() : Poll.pending();
        }
    }
}
