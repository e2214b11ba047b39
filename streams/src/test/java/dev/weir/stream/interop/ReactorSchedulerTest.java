package dev.weir.stream.interop;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MICROSECONDS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.NANOSECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Poll;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What Reactor's own tests demand of a scheduler, and what is ours: workers, timers, fairness. */
class ReactorSchedulerTest {
    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final CurrentThreadRuntime paused =
            TaskRuntime.currentThread().clock(new ManualClock()).build();

    @AfterEach
    void close() {
        runtime.close();
        paused.close();
    }

    @Test
    void a_worker_runs_its_runnables_in_order_and_never_two_at_once() throws Exception {
        Scheduler.Worker worker = ReactorScheduler.on(runtime, 2).createWorker();
        int count = 20_000;
        List<Integer> ran = new ArrayList<>(); // not thread-safe on purpose
        AtomicInteger inside = new AtomicInteger();
        AtomicBoolean overlap = new AtomicBoolean();
        CountDownLatch all = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            int number = i;
            worker.schedule(() -> {
                overlap.compareAndSet(false, inside.incrementAndGet() != 1);
                ran.add(number);
                inside.decrementAndGet();
                all.countDown();
            });
        }

        assertThat(all.await(30, SECONDS)).isTrue();
        assertThat(overlap).isFalse();
        assertThat(ran).hasSize(count).isSorted();
        worker.dispose();
    }

    @Test
    void runnables_run_on_the_workers_of_the_runtime() {
        AtomicReference<TaskRuntime> where = new AtomicReference<>();
        ReactorScheduler.on(runtime).schedule(() -> where.set(TaskRuntime.current()));
        await().untilAtomic(where, org.hamcrest.Matchers.sameInstance(runtime));
    }

    @Test
    void a_task_is_not_disposed_while_it_runs_and_is_when_it_has_run() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Disposable task = ReactorScheduler.on(runtime).schedule(() -> {
            begun.countDown();
            awaitQuietly(goOn);
        });
        begun.await();
        assertThat(task.isDisposed()).isFalse();

        goOn.countDown();

        await().until(task::isDisposed);
    }

    @Test
    void a_disposed_worker_rejects_with_reactors_own_exception_and_its_tasks_are_disposed() throws Exception {
        Scheduler.Worker worker = ReactorScheduler.on(runtime).createWorker();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        Disposable first = worker.schedule(() -> {
            begun.countDown();
            awaitQuietly(goOn);
        });
        begun.await();
        first.dispose();
        first.dispose();
        List<Disposable> many = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            many.add(worker.schedule(ran::incrementAndGet));
            many.add(worker.schedule(ran::incrementAndGet, 1, HOURS));
            many.add(worker.schedulePeriodically(ran::incrementAndGet, 1, 1, HOURS));
        }
        assertThat(many).noneMatch(Disposable::isDisposed);

        worker.dispose();
        worker.dispose();
        goOn.countDown();

        assertThat(worker.isDisposed()).isTrue();
        assertThat(many).allMatch(Disposable::isDisposed);
        assertThatThrownBy(() -> worker.schedule(() -> {})).isSameAs(Exceptions.failWithRejected());
        assertThatThrownBy(() -> worker.schedule(() -> {}, 1, SECONDS)).isSameAs(Exceptions.failWithRejected());
        assertThatThrownBy(() -> worker.schedulePeriodically(() -> {}, 1, 1, SECONDS))
                .isSameAs(Exceptions.failWithRejected());
        assertThat(ran).hasValue(0);
    }

    @Test
    void a_runnable_that_disposes_its_own_worker_was_not_rejected() throws Exception {
        ReactorScheduler scheduler = ReactorScheduler.on(runtime);
        int rounds = Boolean.getBoolean("weir.long") ? 100_000 : 1_000;
        AtomicInteger ran = new AtomicInteger();
        for (int i = 0; i < rounds; i++) {
            Scheduler.Worker worker = scheduler.createWorker();
            worker.schedule(() -> {
                ran.incrementAndGet();
                worker.dispose();
            });
        }
        await().untilAtomic(ran, org.hamcrest.Matchers.is(rounds));
    }

    @Test
    void a_disposed_scheduler_rejects_and_cannot_be_started_again() {
        ReactorScheduler scheduler = ReactorScheduler.on(runtime);
        Scheduler.Worker fresh = scheduler.createWorker();
        Scheduler.Worker used = scheduler.createWorker();
        Disposable late = used.schedule(() -> {}, 1, HOURS);
        scheduler.init();

        scheduler.dispose();
        scheduler.dispose();

        assertThat(scheduler.isDisposed()).isTrue();
        assertThat(late.isDisposed()).isTrue();
        assertThat(used.isDisposed()).isTrue();
        for (Scheduler.Worker worker : List.of(fresh, used, scheduler.createWorker())) {
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
            }
        }
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, SECONDS))
                .isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(scheduler::init).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void it_rejects_when_the_runtime_is_shut_down() {
        ReactorScheduler scheduler = ReactorScheduler.on(runtime);
        Scheduler.Worker worker = scheduler.createWorker();
        worker.schedule(() -> {});
        Disposable late = worker.schedule(() -> {}, 1, HOURS);

        runtime.close();

        assertThat(late.isDisposed()).isTrue();
        assertThatThrownBy(() -> worker.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> scheduler.schedule(() -> {}, 1, HOURS)).isInstanceOf(RejectedExecutionException.class);
    }

    @Test
    void a_graceful_dispose_waits_for_what_was_accepted_and_ends_what_is_periodic() throws Exception {
        ReactorScheduler scheduler = ReactorScheduler.on(runtime);
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        AtomicInteger ran = new AtomicInteger();
        scheduler.schedule(() -> {
            begun.countDown();
            awaitQuietly(goOn);
            ran.incrementAndGet();
        });
        scheduler.createWorker().schedule(ran::incrementAndGet, 5, MILLISECONDS);
        Disposable periodic = scheduler.schedulePeriodically(() -> {}, 1, 1, HOURS);
        begun.await();

        Mono<Void> first = scheduler.disposeGracefully();
        Mono<Void> second = scheduler.disposeGracefully();
        assertThatThrownBy(() -> first.block(Duration.ofMillis(20))).hasMessageContaining("Timeout");
        assertThat(scheduler.isDisposed()).isTrue();
        assertThat(periodic.isDisposed()).isTrue();
        assertThatThrownBy(() -> scheduler.schedule(() -> {})).isInstanceOf(RejectedExecutionException.class);
        goOn.countDown();

        first.block(Duration.ofSeconds(20));
        second.block(Duration.ofSeconds(20));
        assertThat(ran).hasValue(2);
    }

    @Test
    void delays_and_periods_follow_a_paused_clock() {
        ReactorScheduler scheduler = ReactorScheduler.on(paused);
        Scheduler.Worker worker = scheduler.createWorker();
        List<String> events = new ArrayList<>();
        scheduler.schedule(() -> events.add("direct " + scheduler.now(MILLISECONDS)), 30, MILLISECONDS);
        worker.schedule(() -> events.add("worker " + scheduler.now(MILLISECONDS)), 20, MILLISECONDS);
        Disposable periodic = worker.schedulePeriodically(
                () -> events.add("periodic " + scheduler.now(MILLISECONDS)), 5, 10, MILLISECONDS);
        Disposable never = worker.schedule(() -> events.add("never"), 25, MILLISECONDS);
        never.dispose();

        paused.elapse(Duration.ofMillis(30));
        periodic.dispose();
        paused.elapse(Duration.ofHours(1));

        assertThat(events).containsExactly("periodic 5", "periodic 15", "worker 20", "periodic 25", "direct 30");
        assertThat(periodic.isDisposed()).isTrue();
        assertThat(paused.nanosUntilNextTimer())
                .as("nothing is left in the wheel")
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void those_of_a_worker_come_in_the_order_of_their_deadlines_and_of_their_age() {
        Scheduler.Worker worker = ReactorScheduler.on(paused).createWorker();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            worker.schedule(() -> order.add(number), 1_000_000 + 10 * (i / 2), NANOSECONDS);
        }
        worker.schedule(() -> order.add(-1), 500, MICROSECONDS); // the same tick of the timers

        paused.elapse(Duration.ofMillis(5));

        assertThat(order.get(0)).isEqualTo(-1);
        assertThat(order).hasSize(101).isSorted();
    }

    @Test
    void reactors_own_operators_of_time_are_virtual_on_a_paused_clock() {
        ReactorScheduler weir = ReactorScheduler.on(paused);
        List<String> seen = new ArrayList<>();
        Flux.interval(Duration.ofHours(1), weir)
                .take(3)
                .elapsed(weir)
                .map(each -> each.getT1() + ":" + each.getT2())
                .concatWith(Mono.just("end").delayElement(Duration.ofDays(1), weir))
                .timeout(Duration.ofDays(2), weir)
                .subscribe(seen::add);

        paused.elapse(Duration.ofDays(2));

        assertThat(seen).containsExactly("3600000:0", "3600000:1", "3600000:2", "end");
    }

    @Test
    void a_period_of_nothing_lets_others_run() {
        ReactorScheduler scheduler = ReactorScheduler.on(paused);
        AtomicInteger turns = new AtomicInteger();
        Disposable[] endless = new Disposable[1];
        endless[0] = scheduler.schedulePeriodically(turns::incrementAndGet, 0, 0, MILLISECONDS);
        scheduler.schedule(() -> endless[0].dispose(), 0, MILLISECONDS);

        paused.runUntilIdle();

        assertThat(endless[0].isDisposed()).isTrue();
        assertThat(turns.get()).isBetween(1, 1_000);
    }

    @Test
    void a_worker_that_never_runs_dry_has_a_bounded_share_of_its_thread() {
        for (int batch : new int[] {1, 2, 16}) {
            Scheduler.Worker greedy = ReactorScheduler.on(paused, batch).createWorker();
            AtomicInteger ran = new AtomicInteger();
            Runnable endless = new Runnable() {
                @Override
                public void run() {
                    ran.incrementAndGet();
                    greedy.schedule(this);
                }
            };
            greedy.schedule(endless);
            int[] turns = {0};
            List<Integer> between = new ArrayList<>();
            paused.blockOn(cx -> {
                between.add(ran.getAndSet(0));
                cx.waker().wake();
                return ++turns[0] < 100 ? Poll.pending() : Poll.done();
            });
            greedy.dispose();

            assertThat(between.subList(1, between.size()))
                    .as("between two polls of a peer")
                    .allMatch(count -> count <= 2 * batch);
            assertThat(between.stream().mapToInt(count -> count).sum()).isPositive();
        }
    }

    @Test
    void hooks_are_called_for_all_that_is_scheduled() {
        List<String> hooked = new ArrayList<>();
        Schedulers.onScheduleHook("test", task -> () -> {
            hooked.add("hook");
            task.run();
        });
        try {
            ReactorScheduler scheduler = ReactorScheduler.on(paused);
            Scheduler.Worker worker = scheduler.createWorker();
            scheduler.schedule(() -> {});
            scheduler.schedule(() -> {}, 1, MILLISECONDS);
            scheduler.schedulePeriodically(() -> {}, 1, 1_000, MILLISECONDS);
            worker.schedule(() -> {});
            worker.schedule(() -> {}, 1, MILLISECONDS);
            worker.schedulePeriodically(() -> {}, 1, 1_000, MILLISECONDS);
            paused.elapse(Duration.ofMillis(10));
            scheduler.dispose();
        } finally {
            Schedulers.resetOnScheduleHook("test");
        }
        assertThat(hooked).hasSize(6);
    }

    @Test
    void what_a_runnable_throws_goes_to_reactors_handler_and_the_worker_goes_on() {
        List<Throwable> handled = new ArrayList<>();
        Schedulers.onHandleError("test", (thread, thrown) -> handled.add(thrown));
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
        try {
            Scheduler.Worker worker = ReactorScheduler.on(paused).createWorker();
            IllegalStateException failure = new IllegalStateException("as planned");
            AtomicInteger ran = new AtomicInteger();
            Disposable failed = worker.schedulePeriodically(
                    () -> {
                        throw failure;
                    },
                    0,
                    1,
                    MILLISECONDS);
            worker.schedule(ran::incrementAndGet);
            paused.elapse(Duration.ofMillis(10));

            assertThat(handled).containsExactly(failure);
            assertThat(failed.isDisposed()).isTrue();
            assertThat(ran).hasValue(1);
        } finally {
            Schedulers.resetOnHandleError("test");
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
    }

    @Test
    void to_block_is_refused_where_tasks_are_polled_and_nowhere_else() throws Exception {
        ReactorScheduler scheduler = ReactorScheduler.on(runtime);
        AtomicReference<Object> polled = new AtomicReference<>();
        AtomicReference<Object> inPlace = new AtomicReference<>();
        scheduler.schedule(() -> polled.set(outcomeOfBlocking()));
        scheduler.schedule(() -> {
            try {
                inPlace.set(TaskRuntime.blockInPlace(ReactorSchedulerTest::outcomeOfBlocking));
            } catch (Exception thrown) {
                inPlace.set(thrown);
            }
        });

        await().until(() -> polled.get() != null && inPlace.get() != null);
        assertThat(polled.get()).isInstanceOf(IllegalStateException.class);
        assertThat(((Throwable) polled.get())).hasMessageContaining("blocking");
        assertThat(inPlace.get()).isEqualTo(1);
        assertThat(outcomeOfBlocking()).isEqualTo(1);
    }

    @Test
    void a_factory_brings_pipelines_that_name_the_parallel_scheduler() {
        Schedulers.setFactory(ReactorScheduler.factory(runtime));
        try {
            assertThat(Flux.range(0, 1_000)
                            .publishOn(Schedulers.parallel())
                            .map(n -> TaskRuntime.current() == runtime)
                            .all(here -> here)
                            .block(Duration.ofSeconds(20)))
                    .isTrue();
        } finally {
            Schedulers.resetFactory();
        }
    }

    @Test
    void pipelines_lose_nothing_over_many_workers() {
        ReactorScheduler weir = ReactorScheduler.on(runtime);
        int count = Boolean.getBoolean("weir.long") ? 500_000 : 20_000;
        assertThat(Flux.range(1, count)
                        .parallel(4)
                        .runOn(weir)
                        .map(n -> (long) n)
                        .sequential()
                        .publishOn(weir, 7)
                        .flatMap(n -> Mono.just(n).subscribeOn(weir), 16)
                        .reduce(Long::sum)
                        .block(Duration.ofSeconds(50)))
                .isEqualTo((long) count * (count + 1) / 2);
    }

    private static Object outcomeOfBlocking() {
        try {
            return Mono.just(1).hide().block();
        } catch (RuntimeException thrown) {
            return thrown;
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
