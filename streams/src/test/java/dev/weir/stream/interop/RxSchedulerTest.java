package dev.weir.stream.interop;

import static java.util.concurrent.TimeUnit.HOURS;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Poll;
import dev.weir.task.WakerCell;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.ManualClock;
import io.reactivex.rxjava3.core.Flowable;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import io.reactivex.rxjava3.schedulers.SchedulerRunnableIntrospection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** What RxJava's own tests demand of a scheduler, and what is ours: workers, timers, fairness. */
class RxSchedulerTest {
    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final CurrentThreadRuntime paused =
            TaskRuntime.currentThread().clock(new ManualClock()).build();

    @AfterEach
    void close() {
        RxJavaPlugins.reset();
        runtime.close();
        paused.close();
    }

    @Test
    void what_is_scheduled_from_inside_comes_after() {
        Scheduler.Worker worker = RxScheduler.on(paused).createWorker();
        List<String> events = new ArrayList<>();
        worker.schedule(() -> {
            events.add("third begins");
            worker.schedule(() -> {
                events.add("second begins");
                worker.schedule(() -> events.add("first"));
                events.add("second ends");
            });
            events.add("third ends");
        });
        paused.runUntilIdle();

        assertThat(events).containsExactly("third begins", "third ends", "second begins", "second ends", "first");
    }

    @Test
    void delayed_ones_come_in_the_order_of_their_deadlines() {
        Scheduler scheduler = RxScheduler.on(paused);
        Scheduler.Worker worker = scheduler.createWorker();
        List<String> events = new ArrayList<>();
        worker.schedule(() -> {
            worker.schedule(() -> events.add("at once"));
            worker.schedule(() -> events.add("30 is " + worker.now(MILLISECONDS)), 30, MILLISECONDS);
            worker.schedule(() -> events.add("10 is " + scheduler.now(MILLISECONDS)), 10, MILLISECONDS);
            worker.schedule(() -> events.add("at once, too"));
        });
        paused.elapse(Duration.ofMillis(40));

        assertThat(events).containsExactly("at once", "at once, too", "10 is 10", "30 is 30");
    }

    @Test
    void periodic_ones_go_on_until_they_are_disposed() {
        Scheduler scheduler = RxScheduler.on(paused);
        List<Long> ticks = new ArrayList<>();
        Disposable direct = scheduler.schedulePeriodicallyDirect(
                () -> ticks.add(scheduler.now(MILLISECONDS)), 10, 10, MILLISECONDS);
        paused.elapse(Duration.ofMillis(35));
        direct.dispose();
        paused.elapse(Duration.ofHours(1));

        assertThat(ticks).containsExactly(10L, 20L, 30L);
        assertThat(direct.isDisposed()).isTrue();
        assertThat(paused.nanosUntilNextTimer()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_period_of_nothing_ends_when_it_is_disposed_from_inside() {
        for (int initial = 0; initial < 2; initial++) {
            int[] count = {0};
            Disposable[] self = new Disposable[1];
            self[0] = RxScheduler.on(paused)
                    .schedulePeriodicallyDirect(
                            () -> {
                                if (++count[0] == 10) {
                                    self[0].dispose();
                                }
                            },
                            initial,
                            0,
                            MILLISECONDS);
            paused.elapse(Duration.ofMillis(10));
            assertThat(count[0]).isEqualTo(10);
        }
    }

    @Test
    void runnables_are_decorated_and_can_be_looked_into() throws Throwable {
        AtomicInteger decorated = new AtomicInteger();
        RxJavaPlugins.setScheduleHandler(task -> {
            decorated.incrementAndGet();
            return task;
        });
        Scheduler scheduler = RxScheduler.on(paused);
        Runnable work = () -> {};
        Disposable direct = scheduler.scheduleDirect(work, 100, MILLISECONDS);
        Disposable periodic = scheduler.schedulePeriodicallyDirect(work, 100, 100, MILLISECONDS);

        assertThat(((SchedulerRunnableIntrospection) direct).getWrappedRunnable())
                .isSameAs(work);
        assertThat(((SchedulerRunnableIntrospection) periodic).getWrappedRunnable())
                .isSameAs(work);
        assertThat(decorated.get()).isGreaterThanOrEqualTo(2);
        assertThatThrownBy(() -> scheduler.scheduleDirect(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("run is null");
        assertThatThrownBy(() -> scheduler.createWorker().schedule(null)).isInstanceOf(NullPointerException.class);
        scheduler.shutdown();
    }

    @Test
    void what_a_runnable_throws_goes_to_the_plugins_and_the_worker_goes_on() {
        List<Throwable> handled = new ArrayList<>();
        RxJavaPlugins.setErrorHandler(handled::add);
        Scheduler.Worker worker = RxScheduler.on(paused).createWorker();
        AtomicInteger ran = new AtomicInteger();
        worker.schedule(() -> {
            throw new IllegalStateException("as planned");
        });
        worker.schedule(ran::incrementAndGet);
        paused.runUntilIdle();

        assertThat(handled).hasSize(1);
        assertThat(ran).hasValue(1);
    }

    @Test
    void after_a_dispose_and_a_shutdown_nothing_runs_and_all_is_disposed() {
        Scheduler scheduler = RxScheduler.on(paused);
        Scheduler.Worker worker = scheduler.createWorker();
        AtomicInteger ran = new AtomicInteger();
        Disposable now = worker.schedule(ran::incrementAndGet);
        Disposable late = worker.schedule(ran::incrementAndGet, 1, HOURS);
        worker.dispose();
        assertThat(List.of(now, late, worker.schedule(ran::incrementAndGet))).allMatch(Disposable::isDisposed);

        Scheduler.Worker other = scheduler.createWorker();
        Disposable delayed = other.schedule(ran::incrementAndGet, 1, HOURS);
        scheduler.shutdown();
        assertThat(delayed.isDisposed()).isTrue();
        assertThat(other.isDisposed()).isTrue();
        assertThat(scheduler.createWorker().isDisposed()).isTrue();
        assertThat(other.schedule(ran::incrementAndGet).isDisposed()).isTrue();
        assertThat(scheduler.createWorker().schedule(ran::incrementAndGet).isDisposed())
                .isTrue();

        paused.elapse(Duration.ofHours(2));
        assertThat(ran).hasValue(0);
        assertThat(paused.nanosUntilNextTimer()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_worker_that_never_runs_dry_has_a_bounded_share_of_its_thread() {
        Scheduler.Worker greedy = RxScheduler.on(paused, 4).createWorker();
        AtomicInteger ran = new AtomicInteger();
        greedy.schedule(new Runnable() {
            @Override
            public void run() {
                ran.incrementAndGet();
                greedy.schedule(this);
            }
        });
        int[] turns = {0};
        paused.blockOn(cx -> {
            cx.waker().wake();
            return ++turns[0] < 1_000 ? Poll.pending() : Poll.done();
        });
        greedy.dispose();

        assertThat(ran.get()).isBetween(1, 8_000);
    }

    @Test
    void to_block_can_be_refused_where_tasks_are_polled() throws Exception {
        RxJavaPlugins.setFailOnNonBlockingScheduler(true);
        RxJavaPlugins.setOnBeforeBlocking(RxScheduler::isPolling);
        CountDownLatch done = new CountDownLatch(1);
        List<Throwable> thrown = new ArrayList<>();
        RxScheduler.on(runtime).scheduleDirect(() -> {
            try {
                var unused = Flowable.never().blockingFirst();
            } catch (Throwable refused) {
                thrown.add(refused);
            }
            done.countDown();
        });

        assertThat(done.await(20, SECONDS)).isTrue();
        assertThat(thrown).singleElement().isInstanceOf(IllegalStateException.class);
    }

    @Test
    void pipelines_lose_nothing_over_many_workers() {
        Scheduler weir = RxScheduler.on(runtime);
        int count = Boolean.getBoolean("weir.long") ? 500_000 : 20_000;
        assertThat(Flowable.range(1, count)
                        .parallel(4)
                        .runOn(weir)
                        .map(n -> (long) n)
                        .sequential()
                        .observeOn(weir, false, 7)
                        .flatMap(n -> Flowable.just(n).subscribeOn(weir), 16)
                        .reduce(0L, Long::sum)
                        .timeout(50, SECONDS)
                        .blockingGet())
                .isEqualTo((long) count * (count + 1) / 2);
    }

    @Test
    void a_simulation_replays_what_rxjava_and_reactor_do_on_it() {
        assertThat(simulated(7).log().toString()).isEqualTo(simulated(7).log().toString());
        for (long seed = 0; seed < (Boolean.getBoolean("weir.long") ? 10_000 : 20); seed++) {
            assertThat(simulated(seed).get()).containsExactlyInAnyOrder("rxjava 5050", "reactor 5050");
        }
    }

    private static Simulation.Playback<List<String>> simulated(long seed) {
        return Simulation.of(seed).play(simulation -> {
            List<String> events = new ArrayList<>();
            WakerCell main = new WakerCell();
            Consumer<String> event = what -> {
                events.add(what);
                main.wake();
            };
            Scheduler rx = RxScheduler.on(simulation, 2);
            ReactorScheduler reactor = ReactorScheduler.on(simulation, 2);
            var unused = Flowable.range(1, 100)
                    .flatMap(n -> Flowable.just(n).delay(n % 7, MILLISECONDS, rx), 10)
                    .observeOn(rx, false, 3)
                    .reduce(0, Integer::sum)
                    .subscribe(sum -> event.accept("rxjava " + sum));
            Flux.range(1, 100)
                    .publishOn(reactor, 3)
                    .delayElements(Duration.ofMillis(1), reactor)
                    .reduce(Integer::sum)
                    .subscribe(sum -> event.accept("reactor " + sum));
            return cx -> {
                main.register(cx.waker());
                return events.size() < 2 ? Poll.pending() : Poll.ready(events);
            };
        });
    }
}
