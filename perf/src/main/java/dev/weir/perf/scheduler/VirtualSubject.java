package dev.weir.perf.scheduler;

import dev.weir.perf.contest.Unsupported;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads: plain blocking code, a thread a task, {@code Thread.yield}, {@code Thread.join}, and futures as
 * one-shot channels. Found by name, as they came with JDK 21; the number of carriers can be set only before the first
 * virtual thread of the process.
 */
final class VirtualSubject implements Subject {
    private final MethodHandle startVirtualThread;
    private final List<Thread> remote = new ArrayList<>();

    VirtualSubject(int workers) {
        System.setProperty("jdk.virtualThreadScheduler.parallelism", Integer.toString(workers));
        System.setProperty("jdk.virtualThreadScheduler.maxPoolSize", Integer.toString(workers));
        try {
            startVirtualThread = MethodHandles.publicLookup()
                    .findStatic(
                            Thread.class, "startVirtualThread", MethodType.methodType(Thread.class, Runnable.class));
        } catch (ReflectiveOperationException e) {
            throw new Unsupported("Java " + Runtime.version().feature() + " has no virtual threads");
        }
    }

    @Override
    public @Nullable String lacks(Workload workload) {
        return workload == Workload.SPAWN_MANY_REMOTE_BUSY
                ? "beside threads that yield, those started from outside had not ended after a minute (JDK 25)"
                : null;
    }

    private Thread start(Runnable body) {
        try {
            return (Thread) startVirtualThread.invokeExact(body);
        } catch (Throwable e) { // invokeExact declares it
            throw new IllegalStateException("no virtual thread could be started", e);
        }
    }

    @Override
    public void spawn(Work body) {
        start(body);
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // what is measured
    public void spawnYielding(int yields, Runnable end) {
        start(() -> {
            for (int i = 0; i < yields; i++) {
                Thread.yield();
            }
            end.run();
        });
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // what is measured
    public void spawnYielding(BooleanSupplier step) {
        start(() -> {
            while (step.getAsBoolean()) {
                Thread.yield();
            }
        });
    }

    @Override
    public void spawnPingPong(Runnable end) {
        start(() -> {
            CompletableFuture<Boolean> question = new CompletableFuture<>();
            CompletableFuture<Boolean> answer = new CompletableFuture<>();
            start(() -> answer.complete(question.join()));
            question.complete(true);
            answer.join();
            end.run();
        });
    }

    @Override
    public void spawnJoining(int times, Stopwatch watch, Runnable end) {
        start(() -> {
            for (int i = 0; i < times; i++) {
                watch.start();
                join(start(Work.nothing()));
                watch.stop();
            }
            end.run();
        });
    }

    /** A virtual thread is where calls that block belong. */
    @Override
    public void spawnBlocking(Work body) {
        start(body);
    }

    @Override
    public void drive(BooleanSupplier next, Consumer<Countdown> round) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        start(() -> {
            try {
                Thread self = Thread.currentThread();
                Countdown left = new Countdown(() -> LockSupport.unpark(self));
                while (next.getAsBoolean()) {
                    round.accept(left);
                    while (!left.isZero()) {
                        LockSupport.park(left);
                    }
                }
                over.complete(null);
            } catch (Throwable thrown) {
                over.completeExceptionally(thrown);
            }
        });
        over.join();
    }

    @Override
    public void spawnRemote(int tasks) {
        for (int i = 0; i < tasks; i++) {
            remote.add(start(Work.nothing()));
        }
    }

    @Override
    public void awaitRemote() throws InterruptedException {
        for (Thread thread : remote) {
            thread.join();
        }
        remote.clear();
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new IllegalStateException("interrupted, and nobody here interrupts", e);
        }
    }

    /** Unknown: a task sees its own thread and not the carrier. */
    @Override
    public int worker() {
        return -1;
    }

    @Override
    public void close() {} // the carriers belong to the process
}
