package dev.weir.perf.sync;

import dev.weir.perf.coroutine.Coroutine;
import java.util.function.BooleanSupplier;
import kotlin.ResultKt;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlinx.coroutines.YieldKt;
import kotlinx.coroutines.channels.BufferOverflow;
import kotlinx.coroutines.channels.Channel;
import kotlinx.coroutines.channels.ChannelKt;
import kotlinx.coroutines.sync.Mutex;
import kotlinx.coroutines.sync.MutexKt;
import kotlinx.coroutines.sync.Semaphore;
import kotlinx.coroutines.sync.SemaphoreKt;
import org.jspecify.annotations.Nullable;

/**
 * Coroutines on the default dispatcher with kotlinx's channels and locks, in the state machines that Kotlin's compiler
 * makes of suspending functions. The number of threads can be set only before the first use of the dispatcher.
 */
@SuppressWarnings("serial") // Kotlin's base class is serializable; nothing here is ever written
final class KotlinSubject implements Subject {
    KotlinSubject(int workers) {
        Coroutine.threads(workers);
    }

    @Override
    public @Nullable String lacks(Workload workload) {
        return workload == Workload.WATCH_FANOUT || workload == Workload.BROADCAST_FANOUT
                ? "there is no natural form of it"
                : null;
    }

    @Override
    public void mpsc(int producers, int capacity, Steady steady) {
        Channel<Long> channel = channel(capacity);
        for (int i = 0; i < producers; i++) {
            Coroutine.launch(new Producer(channel, steady, null));
        }
        Coroutine.launch(new Consumer(channel, steady, null));
    }

    @Override
    public void pingPong(Steady steady) {
        Channel<Long> there = channel(1);
        Channel<Long> back = channel(1);
        Coroutine.launch(new Echo(there, back, null));
        Coroutine.launch(new Caller(there, back, steady, null));
    }

    @Override
    public void semaphore(int tasks, int permits, boolean yield, Steady steady) {
        Semaphore semaphore = SemaphoreKt.Semaphore(permits, 0);
        hold(tasks, yield, steady, semaphore::acquire, semaphore::release);
    }

    @Override
    public void mutex(int tasks, boolean yield, Steady steady) {
        Mutex mutex = MutexKt.Mutex(false);
        hold(tasks, yield, steady, continuation -> mutex.lock(null, continuation), () -> mutex.unlock(null));
    }

    private static void hold(int tasks, boolean yield, Steady steady, Suspending take, Runnable give) {
        for (int i = 0; i < tasks; i++) {
            Coroutine.launch(new Holder(i, yield, steady, take, give, null));
        }
    }

    @Override
    public void watch(int receivers, BooleanSupplier next) {
        throw new UnsupportedOperationException("watch");
    }

    @Override
    public void broadcast(int receivers, int batch, int capacity, BooleanSupplier next) {
        throw new UnsupportedOperationException("broadcast");
    }

    @Override
    public void close() {} // the dispatcher belongs to the process, and what still waits ends with it

    private static Channel<Long> channel(int capacity) {
        return ChannelKt.Channel(capacity, BufferOverflow.SUSPEND, null);
    }

    private interface Suspending {
        @Nullable Object call(Continuation<? super Unit> continuation);
    }

    private static final class Producer extends Coroutine {
        private final Channel<Long> channel;
        private final Steady steady;
        private long number = 1;

        Producer(Channel<Long> channel, Steady steady, @Nullable Continuation<?> completion) {
            super(completion);
            this.channel = channel;
            this.steady = steady;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Producer(channel, steady, completion).self();
        }

        @Override
        public @Nullable Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            while (!steady.isOver()) {
                if (channel.send(Subject.stamp(number++), this.<Unit>self()) == SUSPENDED) {
                    return SUSPENDED;
                }
            }
            return Unit.INSTANCE;
        }
    }

    private static final class Consumer extends Coroutine {
        private final Channel<Long> channel;
        private final Steady steady;
        private int label;

        Consumer(Channel<Long> channel, Steady steady, @Nullable Continuation<?> completion) {
            super(completion);
            this.channel = channel;
            this.steady = steady;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Consumer(channel, steady, completion).self();
        }

        @Override
        public @Nullable Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            Object item = label == 0 ? channel.receive(this.<Long>self()) : result;
            label = 1;
            while (item != SUSPENDED) {
                Subject.arrived((Long) item, steady::record);
                steady.bump(0);
                item = channel.receive(this.<Long>self());
            }
            return SUSPENDED;
        }
    }

    private static final class Echo extends Coroutine {
        private final Channel<Long> there;
        private final Channel<Long> back;
        private int label;

        Echo(Channel<Long> there, Channel<Long> back, @Nullable Continuation<?> completion) {
            super(completion);
            this.there = there;
            this.back = back;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Echo(there, back, completion).self();
        }

        @Override
        public @Nullable Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            Object got = result;
            for (; ; ) {
                if (label == 1) { // an item
                    label = 0;
                    if (back.send((Long) got, this.<Unit>self()) == SUSPENDED) {
                        return SUSPENDED;
                    }
                }
                label = 1;
                got = there.receive(this.<Long>self());
                if (got == SUSPENDED) {
                    return SUSPENDED;
                }
            }
        }
    }

    private static final class Caller extends Coroutine {
        private final Channel<Long> there;
        private final Channel<Long> back;
        private final Steady steady;
        private long number = 1;
        private int label;

        Caller(Channel<Long> there, Channel<Long> back, Steady steady, @Nullable Continuation<?> completion) {
            super(completion);
            this.there = there;
            this.back = back;
            this.steady = steady;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Caller(there, back, steady, completion).self();
        }

        @Override
        public @Nullable Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            Object got = result;
            for (; ; ) {
                switch (label) {
                    case 0 -> { // send
                        label = 1;
                        if (there.send(Subject.stamp(number++), this.<Unit>self()) == SUSPENDED) {
                            return SUSPENDED;
                        }
                    }
                    case 1 -> { // receive
                        label = 2;
                        got = back.receive(this.<Long>self());
                        if (got == SUSPENDED) {
                            return SUSPENDED;
                        }
                    }
                    default -> { // received
                        label = 0;
                        Subject.arrived((Long) got, steady::record);
                        steady.bump(0);
                    }
                }
            }
        }
    }

    private static final class Holder extends Coroutine {
        private final int task;
        private final boolean yield;
        private final Steady steady;
        private final Suspending take;
        private final Runnable give;
        private long number;
        private long start;
        private int label;

        Holder(
                int task,
                boolean yield,
                Steady steady,
                Suspending take,
                Runnable give,
                @Nullable Continuation<?> completion) {
            super(completion);
            this.task = task;
            this.yield = yield;
            this.steady = steady;
            this.take = take;
            this.give = give;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Holder(task, yield, steady, take, give, completion).self();
        }

        @Override
        public @Nullable Object invokeSuspend(Object result) {
            ResultKt.throwOnFailure(result);
            while (!steady.isOver()) {
                switch (label) {
                    case 0 -> { // take
                        start = Steady.isSample(number) ? System.nanoTime() : 0;
                        label = 1;
                        if (take.call(this.<Unit>self()) == SUSPENDED) {
                            return SUSPENDED;
                        }
                    }
                    case 1 -> { // taken
                        if (start != 0) {
                            steady.record(System.nanoTime() - start);
                        }
                        label = 2;
                        if (yield && YieldKt.yield(this.<Unit>self()) == SUSPENDED) {
                            return SUSPENDED;
                        }
                    }
                    default -> { // give
                        label = 0;
                        give.run();
                        steady.bump(task);
                        number++;
                    }
                }
            }
            return Unit.INSTANCE;
        }
    }
}
