package dev.weir.io.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClosingTest {
    private static final int ROUNDS = Boolean.getBoolean("weir.long") ? 20_000 : 1_000;
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private int opened;
    private int closed;
    private Runnable whileItOpens = () -> {};

    private final Closing<Closeable> closing = new Closing<>(() -> {
        opened++;
        whileItOpens.run();
        return () -> closed++;
    });

    private Closeable get() throws Exception {
        return closing.call(resource -> resource);
    }

    @Test
    void it_is_opened_once_and_by_the_first_who_asks() throws Exception {
        assertThat(opened).isZero();
        Closeable resource = get();
        assertThat(get()).isSameAs(resource);
        assertThat(opened).isEqualTo(1);
        closing.close();
        closing.close();
        assertThat(closed).isEqualTo(1);
    }

    /** Opening again could empty a file that is complete. */
    @Test
    void what_was_open_and_is_closed_is_not_opened_again() throws Exception {
        get().close();
        closing.close();
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(opened).isEqualTo(1);
    }

    @Test
    void what_was_closed_before_anybody_asked_is_never_opened() {
        closing.close();
        assertThatThrownBy(this::get).isInstanceOf(IOException.class);
        assertThat(opened).isZero();
    }

    @Test
    void what_is_closed_while_it_is_being_opened_is_closed_and_not_used() {
        whileItOpens = closing::close;
        AtomicInteger uses = new AtomicInteger();
        assertThatThrownBy(() -> closing.call(resource -> uses.incrementAndGet()))
                .isInstanceOf(IOException.class);
        assertThat(closed).isEqualTo(1);
        assertThat(uses).hasValue(0);
    }

    @Test
    void what_could_not_be_opened_may_be_asked_for_again() throws Exception {
        whileItOpens = () -> {
            throw new IllegalStateException("not yet");
        };
        assertThatThrownBy(this::get).hasMessage("not yet");
        whileItOpens = () -> {};
        get();
        assertThat(opened).isEqualTo(2);
    }

    /** Every event in every state: what it leads to, how often the resource is closed by then, and what it says. */
    @ParameterizedTest
    @CsvSource({
        "IDLE,        call,  IDLE,        0, goes on",
        "IDLE,        close, CLOSED,      1, ''",
        "BUSY,        call,  BUSY,        0, IllegalStateException",
        "BUSY,        close, BUSY_CLOSED, 0, ''",
        "BUSY,        end,   IDLE,        0, ''",
        "BUSY,        fail,  IDLE,        0, ''",
        "BUSY_CLOSED, call,  BUSY_CLOSED, 0, IOException",
        "BUSY_CLOSED, close, BUSY_CLOSED, 0, ''",
        "BUSY_CLOSED, end,   CLOSED,      1, ''",
        "BUSY_CLOSED, fail,  CLOSED,      1, ''",
        "CLOSED,      call,  CLOSED,      1, IOException",
        "CLOSED,      close, CLOSED,      1, ''",
    })
    void every_event_in_every_state(String state, String event, String after, int closes, String said)
            throws Exception {
        get();
        boolean busy = state.startsWith("BUSY");
        boolean given = state.endsWith("CLOSED");
        if (!busy) {
            if (given) {
                closing.close();
            }
            assertThat(happens(event)).isEqualTo(said);
        } else {
            try {
                closing.call(resource -> {
                    if (given) {
                        closing.close();
                    }
                    assertThat(closing).hasToString("Closing[" + state + "]");
                    if (event.equals("fail")) {
                        throw new InterruptedException("in the midst");
                    }
                    if (!event.equals("end")) {
                        assertThat(happens(event)).isEqualTo(said);
                        assertThat(closing).hasToString("Closing[" + after + "]");
                        assertThat(closed).isEqualTo(closes);
                    }
                    return true;
                });
            } catch (InterruptedException thrown) {
                assertThat(event).isEqualTo("fail");
            }
        }
        if (!busy || event.equals("end") || event.equals("fail")) {
            assertThat(closing).hasToString("Closing[" + after + "]");
            assertThat(closed).isEqualTo(closes);
        }
        assertThat(opened).isEqualTo(1);
    }

    private String happens(String event) {
        if (event.equals("close")) {
            closing.close();
            return "";
        }
        try {
            return closing.call(resource -> "goes on");
        } catch (Exception refused) {
            return refused.getClass().getSimpleName();
        }
    }

    /** As a channel: whoever closes it waits for those who are in it. The fields are plain: the word orders them. */
    private static final class Resource implements Closeable {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch left = new CountDownLatch(1);
        boolean inUse;
        int closes;
        boolean broken;

        boolean use() {
            inUse = true;
            entered.countDown();
            inUse = false;
            return true;
        }

        /** Stays until it is let go, as a call to the system would that nothing can end. */
        boolean stay() throws InterruptedException {
            entered.countDown();
            left.await();
            return true;
        }

        @Override
        public void close() {
            closes++;
            broken |= inUse;
        }
    }

    @Test
    @SuppressWarnings("ThreadPriorityCheck")
    void of_calls_and_a_close_beside_them_one_closes_and_never_amid_a_call() throws Exception {
        for (int i = 0; i < ROUNDS; i++) {
            Resource resource = new Resource();
            Closing<Resource> one = new Closing<>(() -> resource);
            Thread user = new Thread(() -> {
                try {
                    while (one.call(Resource::use)) {
                        Thread.yield(); // who closes may have no core to itself
                    }
                } catch (Exception refused) {
                    resource.broken |= !(refused instanceof IOException);
                }
            });
            user.start();
            resource.entered.await();
            for (int spin = i % 64; spin > 0; spin--) {
                Thread.onSpinWait();
            }
            one.close();
            user.join();
            assertThat(resource.closes).isEqualTo(1);
            assertThat(resource.broken).isFalse();
        }
    }

    /** A task that makes one call and closes what the call uses when it is given up. */
    private static <R extends Closeable> Pollable<Boolean> calling(Closing<R> closing, Closing.Use<R, Boolean> use) {
        BlockingCall<Boolean> call = new BlockingCall<>(() -> closing.call(use));
        return new Pollable<>() {
            @Override
            public Poll<Boolean> poll(Context cx) throws Exception {
                return call.poll(cx);
            }

            @Override
            public void close() {
                call.close();
                closing.close();
            }
        };
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void who_gives_up_amid_a_call_does_not_wait_and_the_call_closes_and_tells_what_that_throws() throws Exception {
        Resource resource = new Resource();
        CountDownLatch closes = new CountDownLatch(1);
        List<Throwable> undelivered = new CopyOnWriteArrayList<>();
        IOException failed = new IOException("the disk is full");
        Closing<Closeable> one = new Closing<>(() -> () -> {
            awaitQuietly(resource.left); // as a file does while it is used
            closes.countDown();
            throw failed;
        });
        try (TaskRuntime runtime = TaskRuntime.builder()
                .workers(1)
                .onUndeliverable(undelivered::add)
                .build()) {
            JoinHandle<Boolean> given = runtime.spawn(calling(one, open -> resource.stay()));
            resource.entered.await();
            given.cancel();
            assertThatThrownBy(() -> given.join(LIMIT)).isInstanceOf(CancellationException.class);
            assertThat(runtime.spawn(Pollable.ready(1)).join(LIMIT)).isEqualTo(1);
            resource.left.countDown();
            closes.await();
        }
        assertThat(undelivered).containsExactly(failed);
    }

    @Test
    void a_shutdown_waits_for_the_call_that_closes_and_nothing_is_opened_for_one_that_has_not_begun() throws Exception {
        Resource resource = new Resource();
        Closing<Resource> one = new Closing<>(() -> resource);
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).blockingThreads(1).build()) {
            JoinHandle<Boolean> runs = runtime.spawn(calling(one, Resource::stay));
            resource.entered.await();
            JoinHandle<Boolean> waits = runtime.spawn(calling(closing, open -> true));
            Awaitility.await().until(() -> runtime.metrics().blockingQueueDepth() == 1);
            assertThat(runtime.shutdown(Duration.ZERO)).isFalse();
            assertThatThrownBy(() -> runs.join(LIMIT)).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> waits.join(LIMIT)).isInstanceOf(CancellationException.class);
            assertThat(resource.closes).isZero();
            resource.left.countDown();
            assertThat(runtime.shutdown(LIMIT)).isTrue();
        }
        assertThat(resource.closes).isEqualTo(1);
        assertThat(opened).isZero();
    }
}
