package dev.weir.perf.scheduler;

import java.util.concurrent.CountDownLatch;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Reactor's parallel scheduler. A task that yields holds a {@code Scheduler.Worker}, as operators do; one-shot channels
 * are {@code Sinks.one()} observed on the scheduler. A scheduled task has no handle that tells of its end, so tasks from
 * outside count down a latch.
 */
final class ReactorSubject implements Subject {
    private final Scheduler scheduler;
    private CountDownLatch remote = new CountDownLatch(0);

    ReactorSubject(int workers) {
        scheduler = Schedulers.newParallel("bench", workers, true);
    }

    @Override
    public @Nullable String lacks(Workload workload) {
        return workload == Workload.SPAWN_JOIN
                ? "what schedule returns can cancel a task but not tell of its end"
                : null;
    }

    @Override
    public void spawn(Work body) {
        scheduler.schedule(body);
    }

    @Override
    public void spawnYielding(int yields, Runnable end) {
        int[] left = {yields};
        spawnYielding(() -> {
            if (left[0]-- > 0) {
                return true;
            }
            end.run();
            return false;
        });
    }

    @Override
    public void spawnYielding(BooleanSupplier step) {
        Scheduler.Worker worker = scheduler.createWorker();
        worker.schedule(new Runnable() {
            @Override
            public void run() {
                if (step.getAsBoolean()) {
                    worker.schedule(this);
                } else {
                    worker.dispose();
                }
            }
        });
    }

    @Override
    public void spawnPingPong(Runnable end) {
        scheduler.schedule(() -> {
            Sinks.One<Boolean> question = Sinks.one();
            Sinks.One<Boolean> answer = Sinks.one();
            question.asMono().publishOn(scheduler).subscribe(answer::tryEmitValue);
            question.tryEmitValue(true);
            answer.asMono().publishOn(scheduler).subscribe(received -> end.run());
        });
    }

    @Override
    public void spawnJoining(int times, Stopwatch watch, Runnable end) {
        throw new UnsupportedOperationException(lacks(Workload.SPAWN_JOIN));
    }

    @Override
    public void spawnBlocking(Work body) {
        Schedulers.boundedElastic().schedule(body);
    }

    @Override
    public void drive(BooleanSupplier next, Consumer<Countdown> round) {
        new ExecutorDriver(scheduler::schedule, next, round).await();
    }

    @Override
    public void spawnRemote(int tasks) {
        CountDownLatch ended = new CountDownLatch(tasks);
        remote = ended;
        for (int i = 0; i < tasks; i++) {
            scheduler.schedule(ended::countDown);
        }
    }

    @Override
    public void awaitRemote() throws InterruptedException {
        remote.await();
    }

    @Override
    public void close() {
        scheduler.dispose();
    }
}
