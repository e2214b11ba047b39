package dev.weir.stream.interop;

import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import io.reactivex.rxjava3.core.Scheduler;
import io.reactivex.rxjava3.disposables.Disposable;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * RxJava's pipelines on the workers of a runtime.
 *
 * <pre>{@code
 * Scheduler weir = RxScheduler.on(runtime);
 * Flowable.fromPublisher(socket.reader()).observeOn(weir).map(decoder::decode).timeout(5, SECONDS, weir)…
 * RxJavaPlugins.setComputationSchedulerHandler(computation -> weir); // or all that names no scheduler
 * }</pre>
 *
 * <p>A {@linkplain #createWorker() worker} of this scheduler is a task: its runnables run one after the other, in their
 * order, on whichever worker of the runtime polls it. A bounded number of them runs in a poll, then the task goes behind
 * its peers. Delays are timers of the runtime and hold no thread; {@link #now} follows its clock, so a paused clock, or a
 * simulation, is virtual time for RxJava, too.
 *
 * <p>{@link RxJavaPlugins#onSchedule} decorates each runnable when it is scheduled, and what it throws goes to {@link
 * RxJavaPlugins#onError}. Where blocking is refused ({@link RxJavaPlugins#setFailOnNonBlockingScheduler}) the check of
 * these threads is {@code RxJavaPlugins.setOnBeforeBlocking(RxScheduler::isPolling)}.
 *
 * <p>The scheduler does not own the runtime. Once it or the worker is disposed, or the runtime is shut down, runnables are
 * not run, and their disposable is disposed from the beginning. A runnable that is under way is not interrupted by a
 * dispose. A scheduler that was {@linkplain #shutdown() shut down} cannot be started again.
 */
public final class RxScheduler extends Scheduler {
    private final Lanes lanes;

    private RxScheduler(TaskRuntime runtime, int batch) {
        lanes = new Lanes(runtime, batch, RxJavaPlugins::onError);
    }

    /** Returns a scheduler that runs everything on this runtime. */
    public static RxScheduler on(TaskRuntime runtime) {
        return on(runtime, Lanes.DEFAULT_BATCH);
    }

    /**
     * Returns a scheduler that runs everything on this runtime.
     *
     * @param batch the most runnables of one worker that are run in one poll, at least 1; the runtime's budget applies as
     *     well
     */
    public static RxScheduler on(TaskRuntime runtime, int batch) {
        return new RxScheduler(runtime, batch);
    }

    /** Tells whether the calling thread polls and so must not block. */
    public static boolean isPolling() {
        return Context.current() != null;
    }

    @Override
    public Worker createWorker() {
        return new Serial(lanes);
    }

    /** {@inheritDoc} By the clock of the runtime; with a manual clock, since its beginning. */
    @Override
    public long now(TimeUnit unit) {
        return lanes.now(unit);
    }

    /** Refuses everything from now on, and drops what waits. */
    @Override
    public void shutdown() {
        lanes.dispose();
    }

    @Override
    public String toString() {
        return "weir(" + lanes.runtime() + ")";
    }

    private static final class Serial extends Worker {
        private final Lanes lanes;
        private final Lane lane;

        Serial(Lanes lanes) {
            this.lanes = lanes;
            this.lane = new Lane(lanes);
        }

        @Override
        public Disposable schedule(Runnable run) {
            return scheduled(lane.accept(RxJavaPlugins.onSchedule(run), 0, Job.ONCE));
        }

        @Override
        public Disposable schedule(Runnable run, long delay, TimeUnit unit) {
            return scheduled(lane.accept(RxJavaPlugins.onSchedule(run), unit.toNanos(delay), Job.ONCE));
        }

        @Override
        public long now(TimeUnit unit) {
            return lanes.now(unit);
        }

        @Override
        public void dispose() {
            lane.dispose();
        }

        @Override
        public boolean isDisposed() {
            return lane.isDisposed() || lanes.isClosed();
        }

        private static Disposable scheduled(@Nullable Job job) {
            return job == null ? Disposable.disposed() : new Scheduled(job);
        }
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
}
