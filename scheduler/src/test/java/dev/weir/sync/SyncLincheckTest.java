package dev.weir.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Iterations;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever the interleaving, two threads see what one could have seen; nobody who waits is forgotten, and nothing is lost
 * with a wait that is given up. Each check instruments the library anew, some seconds of it: every build makes one, {@code
 * -Plong} all, and {@code SyncStress} has most of these races on real hardware.
 */
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class SyncLincheckTest {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private static Context contextOf(AtomicInteger wakes) {
        return new Context(NOBODY, Budget.DEFAULT).withWaker(wakes::incrementAndGet);
    }

    private static Context context() {
        return new Context(NOBODY, Budget.DEFAULT);
    }

    private static void check(Class<?> subject) {
        new ModelCheckingOptions()
                .iterations(Iterations.of(2, 30))
                .threads(2)
                .actorsPerThread(3)
                .invocationsPerIteration(100)
                .check(subject);
    }

    private static void race(Runnable here, Runnable there) {
        Thread other = new Thread(there);
        other.start();
        here.run();
        try {
            other.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- channel ----

    /** Senders on both threads, the receiver on one. */
    @Param(name = "value", gen = IntGen.class, conf = "1:3")
    public abstract static class AChannel {
        private final Channel<Integer> channel;
        private final Channel.Sender<Integer> sender;
        private final Channel.Receiver<Integer> receiver;
        private Channel.Permit<Integer> permit;

        AChannel(int capacity) {
            channel = Channel.bounded(capacity);
            sender = channel.sender();
            receiver = channel.receiver();
        }

        @Operation
        public Channel.Offer trySend(@Param(name = "value") int value) {
            return sender.trySend(value);
        }

        @Operation(nonParallelGroup = "permit")
        public boolean reserve() {
            if (permit == null) {
                permit = sender.tryReserve();
            }
            return permit != null;
        }

        @Operation(nonParallelGroup = "permit")
        public boolean sendReserved(@Param(name = "value") int value) {
            if (permit == null) {
                return false;
            }
            permit.send(value);
            permit = null;
            return true;
        }

        @Operation(nonParallelGroup = "permit")
        public void giveBack() {
            if (permit != null) {
                permit.close();
                permit = null;
            }
        }

        @Operation(nonParallelGroup = "receiver")
        public Integer tryReceive() {
            return receiver.tryReceive();
        }

        @Operation(nonParallelGroup = "receiver")
        public boolean isDone() {
            return receiver.isDone();
        }

        @Operation(nonParallelGroup = "receiver")
        public void stop() {
            receiver.stop();
        }
    }

    public static class ChannelOfOne extends AChannel {
        public ChannelOfOne() {
            super(1);
        }
    }

    public static class ChannelOfTwo extends AChannel {
        public ChannelOfTwo() {
            super(2);
        }
    }

    public static class ChannelOfFour extends AChannel {
        public ChannelOfFour() {
            super(4);
        }
    }

    public static class UnboundedChannel extends AChannel {
        public UnboundedChannel() {
            super(Slots.LARGEST_RING + 1);
        }
    }

    @Test
    void channels_are_linearizable() {
        check(ChannelOfOne.class);
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void larger_channels_are_linearizable() {
        check(ChannelOfTwo.class);
        check(ChannelOfFour.class);
        check(UnboundedChannel.class);
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_receiver_that_waits_is_woken_by_a_send() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Channel<Integer> channel = Channel.bounded(1);
            AtomicInteger wakes = new AtomicInteger();
            Integer[] got = {null};
            race(
                    () -> got[0] = channel.receiver().poll(contextOf(wakes)),
                    () -> channel.sender().trySend(1));
            assertTrue(got[0] != null || wakes.get() > 0);
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_receiver_that_waits_is_woken_by_two_senders_whoever_is_first() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Channel<Integer> channel = Channel.bounded(2);
            AtomicInteger wakes = new AtomicInteger();
            channel.receiver().poll(contextOf(wakes));
            race(() -> channel.sender().trySend(1), () -> channel.sender().trySend(2));
            assertEquals(1, wakes.get());
            assertEquals(2, channel.receiver().size());
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_sender_that_waits_is_woken_by_a_receive() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Channel<Integer> channel = Channel.bounded(1);
            channel.sender().trySend(1);
            AtomicInteger wakes = new AtomicInteger();
            boolean[] sent = {false};
            race(
                    () -> sent[0] = channel.sender().pollSend(contextOf(wakes), 2),
                    () -> channel.receiver().tryReceive());
            assertTrue(sent[0] || wakes.get() > 0);
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void the_room_of_a_sender_that_gives_up_goes_to_the_next() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Channel<Integer> channel = Channel.bounded(1);
            Channel.Sender<Integer> next = channel.sender().copy();
            channel.sender().trySend(1);
            channel.sender().pollSend(context(), 2);
            AtomicInteger wakes = new AtomicInteger();
            next.pollSend(contextOf(wakes), 3);
            race(channel.sender()::close, () -> channel.receiver().tryReceive());
            assertEquals(1, wakes.get());
            assertTrue(next.pollSend(context(), 3));
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_receiver_that_waits_is_woken_by_the_last_close() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Channel<Integer> channel = Channel.bounded(1);
            Channel.Sender<Integer> other = channel.sender().copy();
            AtomicInteger wakes = new AtomicInteger();
            channel.receiver().poll(contextOf(wakes));
            race(channel.sender()::close, other::close);
            assertEquals(1, wakes.get());
            assertTrue(channel.receiver().isDone());
        });
    }

    // ---- semaphore ----

    public static class ASemaphore {
        private final Semaphore semaphore = new Semaphore(1);
        private final Semaphore.Acquire one = semaphore.acquire(1);
        private final Semaphore.Acquire two = semaphore.acquire(2);

        @Operation(nonParallelGroup = "one")
        public boolean acquireOne() {
            return one.pollAcquire(context());
        }

        @Operation(nonParallelGroup = "one")
        public void giveUpOne() {
            one.close();
        }

        @Operation(nonParallelGroup = "two")
        public boolean acquireTwo() {
            return two.pollAcquire(context());
        }

        @Operation(nonParallelGroup = "two")
        public void giveUpTwo() {
            two.close();
        }

        @Operation
        public boolean tryAcquire() {
            return semaphore.tryAcquire() != null;
        }

        @Operation
        public void release() {
            semaphore.release(1);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void semaphores_are_linearizable() {
        check(ASemaphore.class);
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void who_waits_for_a_permit_is_woken_by_a_release_or_by_who_gives_up() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Semaphore semaphore = new Semaphore(0);
            AtomicInteger wakes = new AtomicInteger();
            Semaphore.Acquire first = semaphore.acquire();
            Semaphore.Acquire second = semaphore.acquire();
            first.pollAcquire(context());
            boolean[] had = {false};
            Thread giver = new Thread(() -> semaphore.release(1));
            giver.start();
            race(() -> had[0] = second.pollAcquire(contextOf(wakes)), first::close);
            try {
                giver.join();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            assertTrue(had[0] || wakes.get() == 1);
        });
    }

    // ---- notify ----

    public static class ANotify {
        private final Notify notify = new Notify();
        private Notify.Notified first = notify.notified();
        private Notify.Notified second = notify.notified();

        @Operation(nonParallelGroup = "first")
        public boolean first() {
            if (first.poll(context()).isPending()) {
                return false;
            }
            first = notify.notified();
            return true;
        }

        @Operation(nonParallelGroup = "first")
        public void giveUpFirst() {
            first.close();
            first = notify.notified();
        }

        @Operation(nonParallelGroup = "second")
        public boolean second() {
            if (second.poll(context()).isPending()) {
                return false;
            }
            second = notify.notified();
            return true;
        }

        @Operation
        public void notifyOne() {
            notify.notifyOne();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void notifications_for_one_are_linearizable() {
        check(ANotify.class);
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void who_waits_is_notified_by_one_and_by_all() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Notify notify = new Notify();
            Notify.Notified wait = notify.notified();
            AtomicInteger wakes = new AtomicInteger();
            boolean[] ready = {false};
            race(() -> ready[0] = wait.poll(contextOf(wakes)).isReady(), notify::notifyWaiters);
            assertTrue(ready[0] || wakes.get() == 1);
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_notification_that_is_given_up_reaches_the_next() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Notify notify = new Notify();
            Notify.Notified first = notify.notified();
            Notify.Notified second = notify.notified();
            first.poll(context());
            AtomicInteger wakes = new AtomicInteger();
            second.poll(contextOf(wakes));
            race(notify::notifyOne, first::close);
            assertEquals(1, wakes.get());
        });
    }

    // ---- watch ----

    public static class AWatch {
        private final Watch.Sender<Integer> sender = Watch.of(0);
        private final Watch.Receiver<Integer> receiver = sender.subscribe();

        @Operation
        public void send() {
            sender.sendModify(value -> value + 1);
        }

        @Operation(nonParallelGroup = "receiver")
        public boolean changed() {
            return receiver.pollChanged(context());
        }

        @Operation(nonParallelGroup = "receiver")
        public int get() {
            return receiver.getAndMarkSeen();
        }

        @Operation(nonParallelGroup = "receiver")
        public boolean hasChanged() {
            return receiver.hasChanged();
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void watches_are_linearizable() {
        check(AWatch.class);
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_watcher_that_waits_is_woken_by_a_change() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Watch.Sender<Integer> sender = Watch.of(0);
            Watch.Receiver<Integer> receiver = sender.subscribe();
            AtomicInteger wakes = new AtomicInteger();
            boolean[] changed = {false};
            race(() -> changed[0] = receiver.pollChanged(contextOf(wakes)), () -> sender.send(1));
            assertTrue(changed[0] || wakes.get() == 1);
        });
    }

    @Test
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    void a_receiver_of_a_broadcast_that_waits_is_woken_by_a_send() {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Broadcast.Sender<Integer> sender = Broadcast.withCapacity(1);
            Broadcast.Receiver<Integer> receiver = sender.subscribe();
            AtomicInteger wakes = new AtomicInteger();
            Integer[] got = {null};
            race(() -> got[0] = receiver.poll(contextOf(wakes)), () -> sender.send(1));
            assertTrue(got[0] != null || wakes.get() == 1);
        });
    }

    @ParameterizedTest
    @EnabledIfSystemProperty(named = "weir.long", matches = "true")
    @ValueSource(ints = {1, 2})
    void who_is_overtaken_by_a_broadcast_is_told_exactly_how_much_it_has_missed(int capacity) {
        Lincheck.runConcurrentTest(Iterations.scaled(100), () -> {
            Broadcast.Sender<Integer> sender = Broadcast.withCapacity(capacity);
            Broadcast.Receiver<Integer> receiver = sender.subscribe();
            int[] next = {0};
            race(() -> receiveTwice(receiver, next), () -> {
                for (int i = 0; i < 3; i++) {
                    sender.send(i);
                }
            });
            for (int i = 0; i < 4; i++) {
                receiveTwice(receiver, next);
            }
            assertEquals(3, next[0]);
        });
    }

    private static void receiveTwice(Broadcast.Receiver<Integer> receiver, int[] next) {
        for (int i = 0; i < 2; i++) {
            try {
                Integer item = receiver.tryReceive();
                if (item != null) {
                    assertEquals(next[0]++, item);
                }
            } catch (LaggedException e) {
                assertTrue(e.missed() > 0);
                next[0] += (int) e.missed();
            }
        }
    }
}
