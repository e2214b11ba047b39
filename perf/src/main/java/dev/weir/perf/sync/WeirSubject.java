package dev.weir.perf.sync;

import dev.weir.runtime.TaskRuntime;
import dev.weir.sync.Broadcast;
import dev.weir.sync.Channel;
import dev.weir.sync.Mutex;
import dev.weir.sync.Notify;
import dev.weir.sync.Semaphore;
import dev.weir.sync.Watch;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Weir's own, on its work-stealing runtime. */
final class WeirSubject implements Subject {
    private final TaskRuntime runtime;

    WeirSubject(int workers) {
        runtime = TaskRuntime.builder().workers(workers).build();
    }

    @Override
    public void mpsc(int producers, int capacity, Steady steady) {
        Channel<Long> channel = Channel.bounded(capacity);
        for (int i = 0; i < producers; i++) {
            runtime.spawn(new Producer(channel.sender().copy()));
        }
        channel.sender().close();
        Channel.Receiver<Long> receiver = channel.receiver();
        runtime.spawn(cx -> {
            for (Long item = receiver.poll(cx); item != null; item = receiver.poll(cx)) {
                Subject.arrived(item, steady::record);
                steady.bump(0);
            }
            return Poll.<@Nullable Void>pending();
        });
    }

    @Override
    public void pingPong(Steady steady) {
        Channel<Long> there = Channel.bounded(1);
        Channel<Long> back = Channel.bounded(1);
        runtime.spawn(new Echo(there.receiver(), back.sender()));
        runtime.spawn(new Caller(there.sender(), back.receiver(), steady));
    }

    @Override
    public void semaphore(int tasks, int permits, boolean yield, Steady steady) {
        Semaphore semaphore = new Semaphore(permits);
        for (int i = 0; i < tasks; i++) {
            Semaphore.Acquire acquire = semaphore.acquire();
            runtime.spawn(new Holder(i, yield, steady) {
                @Override
                boolean pollTake(Context cx) {
                    return acquire.pollAcquire(cx);
                }

                @Override
                void give() {
                    semaphore.release(1);
                }
            });
        }
    }

    @Override
    public void mutex(int tasks, boolean yield, Steady steady) {
        Mutex mutex = new Mutex();
        long[] guarded = {0};
        for (int i = 0; i < tasks; i++) {
            Mutex.Lock lock = mutex.lock();
            runtime.spawn(new Holder(i, yield, steady) {
                @Override
                boolean pollTake(Context cx) {
                    return lock.pollLock(cx);
                }

                @Override
                void give() {
                    guarded[0]++;
                    lock.unlock();
                }
            });
        }
    }

    @Override
    public void watch(int receivers, BooleanSupplier next) {
        Watch.Sender<Long> sender = Watch.of(0L);
        Acks acks = new Acks(receivers);
        for (int i = 0; i < receivers; i++) {
            Watch.Receiver<Long> receiver = sender.subscribe();
            long[] seen = {0};
            runtime.spawn(cx -> {
                while (receiver.pollChanged(cx)) {
                    seen[0] = inOrder(receiver.get(), seen[0] + 1);
                    acks.ack();
                }
                return Poll.<@Nullable Void>pending();
            });
        }
        long[] value = {0};
        drive(next, acks, () -> sender.send(++value[0]));
    }

    @Override
    public void broadcast(int receivers, int batch, int capacity, BooleanSupplier next) {
        Broadcast.Sender<Long> sender = Broadcast.withCapacity(capacity);
        Acks acks = new Acks(receivers);
        for (int i = 0; i < receivers; i++) {
            Broadcast.Receiver<Long> receiver = sender.subscribe();
            long[] got = {0};
            runtime.spawn(cx -> {
                for (Long item = receiver.poll(cx); item != null; item = receiver.poll(cx)) {
                    got[0] = inOrder(item, got[0]) + 1;
                    if (got[0] % batch == 0) {
                        acks.ack();
                    }
                }
                return Poll.<@Nullable Void>pending();
            });
        }
        long[] value = {0};
        drive(next, acks, () -> {
            for (int i = 0; i < batch; i++) {
                sender.send(value[0]++);
            }
        });
    }

    private static long inOrder(long item, long expected) {
        if (item != expected) {
            throw new IllegalStateException("lost or reordered: " + item + " where " + expected + " was to come");
        }
        return item;
    }

    private void drive(BooleanSupplier next, Acks acks, Runnable round) {
        runtime.spawn(new Rounds(next, acks, round)).join();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private static final class Producer implements Pollable<@Nullable Void> {
        private final Channel.Sender<Long> sender;
        private Long item = 0L;
        private long number = 1;

        Producer(Channel.Sender<Long> sender) {
            this.sender = sender;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            while (sender.pollSend(cx, item)) {
                item = Subject.stamp(++number);
            }
            return Poll.pending();
        }
    }

    private static final class Echo implements Pollable<@Nullable Void> {
        private final Channel.Receiver<Long> receiver;
        private final Channel.Sender<Long> sender;
        private @Nullable Long item;

        Echo(Channel.Receiver<Long> receiver, Channel.Sender<Long> sender) {
            this.receiver = receiver;
            this.sender = sender;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            for (; ; ) {
                if (item == null) {
                    item = receiver.poll(cx);
                }
                if (item == null || !sender.pollSend(cx, item)) {
                    return Poll.pending();
                }
                item = null;
            }
        }
    }

    private static final class Caller implements Pollable<@Nullable Void> {
        private final Channel.Sender<Long> sender;
        private final Channel.Receiver<Long> receiver;
        private final Steady steady;
        private boolean sent;
        private Long item = 0L;
        private long number = 1;

        Caller(Channel.Sender<Long> sender, Channel.Receiver<Long> receiver, Steady steady) {
            this.sender = sender;
            this.receiver = receiver;
            this.steady = steady;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            for (; ; ) {
                sent = sent || sender.pollSend(cx, item);
                Long back = sent ? receiver.poll(cx) : null;
                if (back == null) {
                    return Poll.pending();
                }
                Subject.arrived(back, steady::record);
                steady.bump(0);
                sent = false;
                item = Subject.stamp(++number);
            }
        }
    }

    /** Takes and gives back, in the same poll or from one to the next. */
    private abstract static class Holder implements Pollable<@Nullable Void> {
        private final int task;
        private final boolean yield;
        private final Steady steady;
        private boolean held;
        private long number;
        private long start;

        Holder(int task, boolean yield, Steady steady) {
            this.task = task;
            this.yield = yield;
            this.steady = steady;
        }

        abstract boolean pollTake(Context cx);

        abstract void give();

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (held) {
                over();
            }
            while (!steady.isOver()) {
                if (start == 0 && Steady.isSample(number)) {
                    start = System.nanoTime();
                }
                if (!pollTake(cx)) {
                    return Poll.pending();
                }
                if (start != 0) {
                    steady.record(System.nanoTime() - start);
                    start = 0;
                }
                held = true;
                if (yield) {
                    cx.waker().wake();
                    return Poll.pending();
                }
                over();
            }
            return Poll.done();
        }

        private void over() {
            held = false;
            give();
            steady.bump(task);
            number++;
        }
    }

    private static final class Acks {
        private final int receivers;
        private final AtomicInteger left = new AtomicInteger();
        private final Notify all = new Notify();

        Acks(int receivers) {
            this.receivers = receivers;
        }

        void arm() {
            left.setRelease(receivers);
        }

        void ack() {
            if (left.decrementAndGet() == 0) {
                all.notifyOne();
            }
        }
    }

    private static final class Rounds implements Pollable<@Nullable Void> {
        private final BooleanSupplier next;
        private final Acks acks;
        private final Runnable round;
        private Notify.@Nullable Notified wait;

        Rounds(BooleanSupplier next, Acks acks, Runnable round) {
            this.next = next;
            this.acks = acks;
            this.round = round;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            for (; ; ) {
                if (wait == null) {
                    if (!next.getAsBoolean()) {
                        return Poll.done();
                    }
                    acks.arm();
                    round.run();
                    wait = acks.all.notified();
                }
                if (wait.poll(cx).isPending()) {
                    return Poll.pending();
                }
                wait = null;
            }
        }
    }
}
