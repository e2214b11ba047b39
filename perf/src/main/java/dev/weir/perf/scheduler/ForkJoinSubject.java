package dev.weir.perf.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinTask;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The JDK's pool in asynchronous mode, which its documentation recommends for tasks that are never joined. A task
 * yields by submitting itself again; one-shot channels are {@link CompletableFuture}s whose dependents run on the pool;
 * joining is {@code fork} and {@code join} inside it.
 */
final class ForkJoinSubject implements Subject {
    private final ForkJoinPool pool;
    private final List<ForkJoinTask<?>> remote = new ArrayList<>();

    ForkJoinSubject(int workers) {
        pool = new ForkJoinPool(workers, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
    }

    @Override
    public @Nullable String lacks(Workload workload) {
        return switch (workload) {
            case SPAWN_BLOCKING -> "the pool has no threads for calls that block";
            case SPAWN_MANY_REMOTE_BUSY ->
                "a worker takes tasks from outside only when its own queue is empty, which busy tasks prevent for ever";
            default -> null;
        };
    }

    @Override
    public void spawn(Work body) {
        pool.execute(body);
    }

    @Override
    public void spawnYielding(int yields, Runnable end) {
        pool.execute(new Runnable() {
            private int left = yields;

            @Override
            public void run() {
                if (left-- > 0) {
                    pool.execute(this);
                } else {
                    end.run();
                }
            }
        });
    }

    @Override
    public void spawnYielding(BooleanSupplier step) {
        pool.execute(new Runnable() {
            @Override
            public void run() {
                if (step.getAsBoolean()) {
                    pool.execute(this);
                }
            }
        });
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the tasks have no more to say
    public void spawnPingPong(Runnable end) {
        pool.execute(() -> {
            CompletableFuture<Boolean> question = new CompletableFuture<>();
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            question.thenAcceptAsync(answer::complete, pool);
            question.complete(true);
            answer.thenRunAsync(end, pool);
        });
    }

    @Override
    public void spawnJoining(int times, Stopwatch watch, Runnable end) {
        pool.execute(() -> {
            for (int i = 0; i < times; i++) {
                watch.start();
                ForkJoinTask.adapt(Work.nothing()).fork().join();
                watch.stop();
            }
            end.run();
        });
    }

    @Override
    public void spawnBlocking(Work body) {
        throw new UnsupportedOperationException(lacks(Workload.SPAWN_BLOCKING));
    }

    @Override
    public void drive(BooleanSupplier next, Consumer<Countdown> round) {
        new ExecutorDriver(pool, next, round).await();
    }

    @Override
    public void spawnRemote(int tasks) {
        for (int i = 0; i < tasks; i++) {
            remote.add(pool.submit((Runnable) Work.nothing()));
        }
    }

    @Override
    public void awaitRemote() {
        remote.forEach(ForkJoinTask::join);
        remote.clear();
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }
}
