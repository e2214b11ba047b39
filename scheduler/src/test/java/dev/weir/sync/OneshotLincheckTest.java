package dev.weir.sync;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Iterations;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the interleaving, two threads see what one thread could have seen. Receiving belongs to one of them. */
@Param(name = "value", gen = IntGen.class, conf = "1:3")
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public class OneshotLincheckTest {
    private static final Host NOBODY = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    };

    private final Oneshot<Integer> channel = new Oneshot<>();
    private final Context cx = new Context(NOBODY, Budget.DEFAULT);
    private final Context sender = new Context(NOBODY, Budget.DEFAULT);

    @Operation
    public boolean send(@Param(name = "value") int value) {
        return channel.send(value);
    }

    @Operation
    public void close() {
        channel.close();
    }

    @Operation
    public boolean isClosed() {
        return channel.isClosed();
    }

    @Operation(nonParallelGroup = "sender")
    public boolean awaitClosed() throws Exception {
        return channel.closed().poll(sender).isReady();
    }

    @Operation(nonParallelGroup = "receiver")
    public String poll() {
        return outcomeOf(channel.poll(cx));
    }

    @Operation(nonParallelGroup = "receiver")
    public String tryReceive() {
        return outcomeOf(channel.tryReceive());
    }

    @Operation(nonParallelGroup = "receiver")
    public boolean isOver() {
        return channel.isOver();
    }

    private static String outcomeOf(Poll<Integer> answer) {
        return answer.isReady() ? "value " + answer.get() : "pending";
    }

    @Test
    void is_linearizable() {
        new ModelCheckingOptions()
                .iterations(Iterations.of(6, 40))
                .threads(2)
                .actorsPerThread(4)
                .invocationsPerIteration(500)
                .check(OneshotLincheckTest.class);
    }

    @Test
    void a_receiver_that_waits_is_woken_by_a_send() {
        Lincheck.runConcurrentTest(1_000, () -> {
            Oneshot<Integer> channel = new Oneshot<>();
            assertWokenOrReady(channel, () -> channel.send(1));
        });
    }

    @Test
    void a_sender_that_waits_is_woken_by_a_close() {
        Lincheck.runConcurrentTest(1_000, () -> {
            Oneshot<Integer> channel = new Oneshot<>();
            assertWokenOrReady(channel.closed(), channel::close);
        });
    }

    @Test
    void two_ends_that_begin_to_wait_at_once_are_both_woken() {
        Lincheck.runConcurrentTest(1_000, () -> {
            AtomicInteger wakes = new AtomicInteger();
            Oneshot<Integer> channel = new Oneshot<>();
            Thread other = new Thread(() -> channel.poll(contextOf(wakes)));
            other.start();
            try {
                channel.closed().poll(contextOf(wakes));
                other.join();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            channel.send(1);
            assertEquals(2, wakes.get());
        });
    }

    private static void assertWokenOrReady(Pollable<?> pollable, Runnable event) {
        AtomicInteger wakes = new AtomicInteger();
        Thread other = new Thread(event);
        other.start();
        try {
            boolean ready = pollable.poll(contextOf(wakes)).isReady();
            other.join();
            assertTrue(ready || wakes.get() == 1);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Context contextOf(AtomicInteger wakes) {
        return new Context(NOBODY, Budget.DEFAULT).withWaker(wakes::incrementAndGet);
    }
}
