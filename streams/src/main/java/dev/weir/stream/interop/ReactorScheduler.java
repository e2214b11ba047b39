package dev.weir.stream.interop;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Exceptions;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor's pipelines on the workers of a runtime.
 *
 * <pre>{@code
 * Scheduler weir = ReactorScheduler.on(runtime);
 * Flux.from(socket.reader()).publishOn(weir).map(decoder::decode).timeout(Duration.ofSeconds(5), weir)…
 * }</pre>
 *
 * <p>A {@linkplain #createWorker() worker} of this scheduler is a task: its runnables run one after the other, in their
 * order, on whichever worker of the runtime polls it. A bounded number of them runs in a poll, then the task goes behind
 * its peers; so pipelines share the workers fairly among themselves and with all other tasks. A single runnable cannot be
 * cut: an operator of Reactor that finds its queue refilled whenever it has emptied it goes on in the same one, and is
 * what the runtime calls a long poll. What is scheduled directly is a task of its own. Delays are timers of the runtime
 * and hold no thread; {@link #now} follows its clock, so a paused clock, or a simulation, is virtual time for Reactor,
 * too.
 *
 * <p>Hooks of {@link Schedulers} are honoured: each runnable passes {@link Schedulers#onSchedule} when it is scheduled, and
 * what it throws goes to {@link Schedulers#onHandleError}. {@code block()} throws on a thread that polls, as it does on
 * Reactor's own parallel threads; within {@link TaskRuntime#blockInPlace} it may block. Register that check anew after
 * {@link Schedulers#resetNonBlockingThreadPredicate()}: {@link #refuseBlocking()}.
 *
 * <p>The scheduler does not own the runtime. Once it is disposed, or the runtime is shut down, runnables are rejected. A
 * runnable that is under way is not interrupted by a dispose: it must not block, as nothing on a worker may. Disposed
 * schedulers cannot be started again.
 */
public final class ReactorScheduler implements Scheduler, Scannable {
    /** Reactor's own way with what a runnable throws: {@code Schedulers.handleError} is for its package only. */
    private static final Scheduler FAILURES = Schedulers.fromExecutor(new Here());

    static {
        refuseBlocking();
    }

    private final Lanes lanes;

    private ReactorScheduler(TaskRuntime runtime, int batch) {
        lanes = new Lanes(runtime, batch, ReactorScheduler::handleError);
    }

    /** Returns a scheduler that runs everything on this runtime. */
    public static ReactorScheduler on(TaskRuntime runtime) {
        return on(runtime, Lanes.DEFAULT_BATCH);
    }

    /**
     * Returns a scheduler that runs everything on this runtime.
     *
     * @param batch the most runnables of one worker that are run in one poll, at least 1; the runtime's budget applies as
     *     well
     */
    public static ReactorScheduler on(TaskRuntime runtime, int batch) {
        return new ReactorScheduler(runtime, batch);
    }

    /**
     * Returns what lets all pipelines of the process that name {@link Schedulers#parallel()} or make such schedulers run
     * on this runtime: {@code Schedulers.setFactory(ReactorScheduler.factory(runtime))}. The elastic ones, which are there
     * to be blocked, and the single ones stay Reactor's.
     */
    public static Schedulers.Factory factory(TaskRuntime runtime) {
        Objects.requireNonNull(runtime, "runtime");
        return new Schedulers.Factory() {
            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                return on(runtime);
            }
        };
    }

    /** Tells Reactor that a thread that polls must not block. Done once by the first scheduler that is made. */
    public static void refuseBlocking() {
        Schedulers.registerNonBlockingThreadPredicate(
                thread -> thread == Thread.currentThread() && Context.current() != null);
    }

    /** {@inheritDoc} */
    @Override
    public Disposable schedule(Runnable task) {
        return scheduled(lanes.submit(Schedulers.onSchedule(task), 0, Job.ONCE));
    }

    /** {@inheritDoc} */
    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return scheduled(lanes.submit(Schedulers.onSchedule(task), unit.toNanos(delay), Job.ONCE));
    }

    /** {@inheritDoc} At a fixed rate; a period of 0 is a new turn behind all others. */
    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return scheduled(lanes.submit(
                Schedulers.onSchedule(task), unit.toNanos(initialDelay), Math.max(0, unit.toNanos(period))));
    }

    /** {@inheritDoc} By the clock of the runtime; with a manual clock, since its beginning. */
    @Override
    public long now(TimeUnit unit) {
        return lanes.now(unit);
    }

    @Override
    public Worker createWorker() {
        return new Serial(new Lane(lanes));
    }

    /** Refuses everything from now on, and drops what waits. */
    @Override
    public void dispose() {
        lanes.dispose();
    }

    /** {@inheritDoc} What was accepted runs, delayed runnables as well; what is periodic ends. */
    @Override
    public Mono<Void> disposeGracefully() {
        return Mono.fromCompletionStage(lanes::finish);
    }

    @Override
    public boolean isDisposed() {
        return lanes.isClosed();
    }

    /**
     * Does nothing: it runs from the beginning.
     *
     * @throws IllegalStateException if it has been disposed
     */
    @Override
    public void init() {
        if (isDisposed()) {
            throw new IllegalStateException("Initializing a disposed scheduler is not permitted");
        }
    }

    @Override
    @SuppressWarnings("rawtypes") // as Reactor declares it
    public @Nullable Object scanUnsafe(Attr key) {
        if (key == Attr.TERMINATED || key == Attr.CANCELLED) {
            return isDisposed();
        }
        return key == Attr.NAME ? toString() : null;
    }

    @Override
    public String toString() {
        return "weir(" + lanes.runtime() + ")";
    }

    private static Disposable scheduled(@Nullable Job job) {
        if (job == null) {
            throw Exceptions.failWithRejected();
        }
        return new Scheduled(job);
    }

    private static void handleError(Throwable thrown) {
        FAILURES.schedule(() -> {
            throw Exceptions.propagate(thrown);
        });
    }

    private record Scheduled(Job job) implements Disposable {
        @Override
        public void dispose() {
            job.cancel();
        }

        @Override
        public boolean isDisposed() {
            return job.isOver();
        }
    }

    private record Serial(Lane lane) implements Worker {
        @Override
        public Disposable schedule(Runnable task) {
            return scheduled(lane.accept(Schedulers.onSchedule(task), 0, Job.ONCE));
        }

        @Override
        public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
            return scheduled(lane.accept(Schedulers.onSchedule(task), unit.toNanos(delay), Job.ONCE));
        }

        @Override
        public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
            return scheduled(lane.accept(
                    Schedulers.onSchedule(task), unit.toNanos(initialDelay), Math.max(0, unit.toNanos(period))));
        }

        @Override
        public void dispose() {
            lane.dispose();
        }

        @Override
        public boolean isDisposed() {
            return lane.isDisposed();
        }
    }

    /** Runs at once. To an executor that is a scheduler as well, Reactor does not apply its hooks once more. */
    private static final class Here implements Executor, Scheduler {
        @Override
        public void execute(Runnable command) {
            command.run();
        }

        @Override
        public Disposable schedule(Runnable task) {
            throw Exceptions.failWithRejected();
        }

        @Override
        public Worker createWorker() {
            throw Exceptions.failWithRejected();
        }
    }
}
