package dev.weir.blocking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.task.Host;
import dev.weir.task.Iterations;
import dev.weir.task.JoinHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BlockingPoolTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final List<BlockingPool> pools = new ArrayList<>();
    private final Semaphore release = new Semaphore(0);
    private final AtomicInteger threadsMade = new AtomicInteger();

    private final List<Throwable> undeliverable = new CopyOnWriteArrayList<>();

    private BlockingPool pool(int cap, Duration keepAlive) {
        return pool(cap, keepAlive, this::newThread, () -> {});
    }

    private BlockingPool pool(int cap, Duration keepAlive, ThreadFactory factory, Runnable ended) {
        Host host = new Host() {
            @Override
            public <S> @Nullable S service(Class<S> type) {
                return null;
            }
        };
        BlockingPool pool = new BlockingPool(host, cap, keepAlive, factory, undeliverable::add, ended);
        pools.add(pool);
        return pool;
    }

    private Thread newThread(Runnable body) {
        threadsMade.incrementAndGet();
        Thread thread = new Thread(body);
        thread.setDaemon(true);
        return thread;
    }

    @AfterEach
    void end() throws InterruptedException {
        release.release(1_000);
        for (BlockingPool pool : pools) {
            pool.close();
            assertThat(pool.awaitEnd(SOON.toNanos())).isTrue();
            assertThat(pool.threads()).isZero();
            assertThat(pool.live()).isZero();
        }
    }

    /** Occupies a thread until the semaphore lets it go. */
    private JoinHandle<Integer> block(BlockingPool pool) throws InterruptedException {
        CountDownLatch started = new CountDownLatch(1);
        JoinHandle<Integer> handle = pool.spawn(() -> {
            started.countDown();
            release.acquire();
            return 1;
        });
        assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
        return handle;
    }

    @Test
    void a_call_gives_its_value_or_its_failure() throws Exception {
        BlockingPool pool = pool(2, SOON);
        assertThat(pool.spawn(() -> 7).join(SOON)).isEqualTo(7);
        IllegalStateException failure = new IllegalStateException("no");
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> pool.spawn(() -> {
                            throw failure;
                        })
                        .join(SOON))
                .havingCause()
                .isSameAs(failure);
    }

    @Test
    void no_more_calls_run_at_a_time_than_the_cap_and_the_rest_go_in_order() throws Exception {
        BlockingPool pool = pool(2, SOON);
        List<JoinHandle<Integer>> blockers = List.of(block(pool), block(pool));
        ConcurrentLinkedQueue<Integer> order = new ConcurrentLinkedQueue<>();
        List<JoinHandle<Boolean>> waiting = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            int id = i;
            waiting.add(pool.spawn(() -> order.add(id)));
        }
        assertThat(pool.threads()).isEqualTo(2);
        assertThat(pool.live()).isEqualTo(12);
        assertThat(order).isEmpty();
        release.release();
        for (JoinHandle<Boolean> each : waiting) {
            each.join(SOON);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9); // one thread took them all
        release.release();
        for (JoinHandle<Integer> each : blockers) {
            assertThat(each.join(SOON)).isEqualTo(1);
        }
    }

    @Test
    void an_idle_thread_is_used_again() throws Exception {
        BlockingPool pool = pool(8, SOON);
        for (int i = 0; i < 50; i++) {
            pool.spawn(() -> 0).join(SOON);
            await().pollDelay(Duration.ZERO).until(() -> pool.live() == 0);
        }
        assertThat(threadsMade).hasValueLessThan(8);
    }

    @Test
    void an_idle_thread_ends_after_the_keep_alive_and_the_next_call_makes_one() throws Exception {
        BlockingPool pool = pool(8, Duration.ofMillis(1));
        pool.spawn(() -> 0).join(SOON);
        await().atMost(SOON).until(() -> pool.threads() == 0);
        assertThat(pool.spawn(() -> 1).join(SOON)).isEqualTo(1);
        assertThat(threadsMade).hasValue(2);
    }

    @Test
    void a_keep_alive_of_centuries_is_one_of_three() throws Exception {
        BlockingPool pool = pool(1, Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(pool.spawn(() -> 3).join(SOON)).isEqualTo(3);
    }

    /** Threads that end of idleness just when the cap turns a call away must not leave it behind. */
    @Test
    void no_call_is_left_without_a_thread() throws Exception {
        BlockingPool pool = pool(1, Duration.ofNanos(1));
        int rounds = Iterations.scaled(5_000);
        int callers = 3;
        AtomicInteger done = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < callers; t++) {
            Thread thread = newThread(() -> {
                for (int i = 0; i < rounds; i++) {
                    try {
                        pool.spawn(done::incrementAndGet).join(SOON);
                    } catch (InterruptedException | TimeoutException stranded) {
                        return;
                    }
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(done).hasValue(callers * rounds);
    }

    @Test
    void a_call_that_was_cancelled_before_it_started_never_runs() throws Exception {
        BlockingPool pool = pool(1, SOON);
        JoinHandle<Integer> blocker = block(pool);
        AtomicBoolean ran = new AtomicBoolean();
        JoinHandle<Boolean> waiting = pool.spawn(() -> ran.getAndSet(true));
        waiting.cancel();
        release.release();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> waiting.join(SOON));
        assertThat(blocker.join(SOON)).isEqualTo(1);
        assertThat(ran).isFalse();
    }

    @Test
    void a_call_that_runs_cannot_be_cancelled() throws Exception {
        BlockingPool pool = pool(1, SOON);
        JoinHandle<Integer> running = block(pool);
        running.cancel();
        release.release();
        assertThat(running.join(SOON)).isEqualTo(1);
    }

    @Test
    void closing_resolves_what_waits_at_once_and_lets_what_runs_end() throws Exception {
        BlockingPool pool = pool(1, SOON);
        JoinHandle<Integer> running = block(pool);
        JoinHandle<Integer> waiting = pool.spawn(() -> 2);
        pool.close();
        assertThatExceptionOfType(CancellationException.class).isThrownBy(() -> waiting.join(SOON));
        assertThat(pool.awaitEnd(0)).isFalse();
        release.release();
        assertThat(running.join(SOON)).isEqualTo(1);
        assertThat(pool.awaitEnd(SOON.toNanos())).isTrue();
    }

    /** Throws once, and does nothing from then on. */
    private static Runnable failingOnce(Error failure) {
        AtomicBoolean failed = new AtomicBoolean();
        return () -> {
            if (!failed.getAndSet(true)) {
                throw failure;
            }
        };
    }

    @Test
    void a_refusal_that_fails_keeps_none_of_the_others_from_being_cancelled() throws Exception {
        Error failure = new OutOfMemoryError("meant to fail");
        BlockingPool pool = pool(1, SOON, this::newThread, failingOnce(failure));
        JoinHandle<Integer> running = block(pool);
        List<JoinHandle<Integer>> waiting = List.of(pool.spawn(() -> 1), pool.spawn(() -> 2), pool.spawn(() -> 3));
        assertThatThrownBy(pool::close).isSameAs(failure);
        assertThat(waiting).allMatch(JoinHandle::isDone).allMatch(JoinHandle::isCancelled);
        release.release();
        assertThat(running.join(SOON)).isEqualTo(1);
    }

    @Test
    void calls_that_no_thread_can_be_made_for_are_cancelled_all_of_them() throws Exception {
        Error failure = new OutOfMemoryError("meant to fail");
        CountDownLatch making = new CountDownLatch(1);
        ThreadFactory none = body -> {
            making.countDown();
            release.acquireUninterruptibly();
            throw new OutOfMemoryError("no thread to be had");
        };
        BlockingPool pool = pool(4, SOON, none, failingOnce(failure));
        CompletableFuture<JoinHandle<Integer>> first = new CompletableFuture<>();
        newThread(() -> first.complete(pool.spawn(() -> 1))).start();
        making.await();
        List<JoinHandle<Integer>> others = List.of(pool.spawn(() -> 2), pool.spawn(() -> 3));
        release.release();
        assertThat(first.get(10, TimeUnit.SECONDS).isDone()).isTrue();
        assertThat(others).allMatch(JoinHandle::isDone).allMatch(JoinHandle::isCancelled);
        assertThat(undeliverable).containsExactly(failure);
    }

    @Test
    void a_closed_pool_cancels_what_it_is_given() {
        BlockingPool pool = pool(1, SOON);
        pool.close();
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> pool.spawn(() -> 1).join(SOON));
        assertThat(threadsMade).hasValue(0);
    }

    @Test
    void every_handle_resolves_when_the_pool_closes_under_load() throws Exception {
        int rounds = Iterations.scaled(300);
        for (int round = 0; round < rounds; round++) {
            BlockingPool pool = pool(1 + round % 2, Duration.ofNanos(1));
            ConcurrentLinkedQueue<JoinHandle<Integer>> handles = new ConcurrentLinkedQueue<>();
            CountDownLatch started = new CountDownLatch(2);
            List<Thread> callers = new ArrayList<>();
            for (int t = 0; t < 2; t++) {
                Thread caller = newThread(() -> {
                    started.countDown();
                    for (int i = 0; i < 50; i++) {
                        handles.add(pool.spawn(() -> 1));
                    }
                });
                caller.start();
                callers.add(caller);
            }
            started.await();
            pool.close();
            for (Thread caller : callers) {
                caller.join();
            }
            assertThat(handles).hasSize(100);
            for (JoinHandle<Integer> handle : handles) {
                try {
                    assertThat(handle.join(SOON)).isEqualTo(1);
                } catch (CancellationException cancelled) {
                    assertThat(handle.isDone()).isTrue();
                }
            }
        }
    }

    @Test
    void an_interrupt_is_no_business_of_the_next_call() throws Exception {
        BlockingPool pool = pool(1, SOON);
        CountDownLatch queued = new CountDownLatch(1);
        JoinHandle<Integer> interrupted = pool.spawn(() -> {
            queued.await();
            Thread.currentThread().interrupt();
            return 1;
        });
        JoinHandle<Boolean> next = pool.spawn(Thread::interrupted);
        queued.countDown();
        assertThat(interrupted.join(SOON)).isEqualTo(1);
        assertThat(next.join(SOON)).isFalse();
    }

    @Test
    void a_call_does_not_await_its_own_end() throws Exception {
        BlockingPool pool = pool(1, SOON);
        assertThat(pool.spawn(() -> pool.awaitEnd(Long.MAX_VALUE)).join(SOON)).isFalse();
    }
}
