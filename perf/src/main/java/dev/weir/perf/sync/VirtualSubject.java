package dev.weir.perf.sync;

import dev.weir.perf.contest.Unsupported;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Virtual threads with what {@code java.util.concurrent} has. Found by name, as they came with JDK 21; the number of
 * carriers can be set only before the first virtual thread of the process.
 */
@SuppressWarnings("ThreadPriorityCheck") // Thread.yield is what is measured
final class VirtualSubject implements Subject {
    private final MethodHandle startVirtualThread;

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
        return workload == Workload.WATCH_FANOUT || workload == Workload.BROADCAST_FANOUT
                ? "there is no natural form of it"
                : null;
    }

    @Override
    public void mpsc(int producers, int capacity, Steady steady) {
        BlockingQueue<Long> queue = new LinkedBlockingQueue<>(capacity);
        for (int i = 0; i < producers; i++) {
            start(() -> {
                for (long number = 1; !steady.isOver(); number++) {
                    queue.put(Subject.stamp(number));
                }
            });
        }
        start(() -> {
            while (!steady.isOver()) {
                Subject.arrived(queue.take(), steady::record);
                steady.bump(0);
            }
        });
    }

    @Override
    public void pingPong(Steady steady) {
        BlockingQueue<Long> there = new ArrayBlockingQueue<>(1);
        BlockingQueue<Long> back = new ArrayBlockingQueue<>(1);
        start(() -> {
            while (!steady.isOver()) {
                back.put(there.take());
            }
        });
        start(() -> {
            for (long number = 1; !steady.isOver(); number++) {
                there.put(Subject.stamp(number));
                Subject.arrived(back.take(), steady::record);
                steady.bump(0);
            }
        });
    }

    @Override
    public void semaphore(int tasks, int permits, boolean yield, Steady steady) {
        Semaphore semaphore = new Semaphore(permits, true);
        hold(tasks, yield, steady, semaphore::acquire, semaphore::release);
    }

    @Override
    public void mutex(int tasks, boolean yield, Steady steady) {
        ReentrantLock lock = new ReentrantLock(true);
        hold(tasks, yield, steady, lock::lock, lock::unlock);
    }

    private void hold(int tasks, boolean yield, Steady steady, Body take, Body give) {
        for (int i = 0; i < tasks; i++) {
            int task = i;
            start(() -> {
                for (long number = 0; !steady.isOver(); number++) {
                    long begun = Steady.isSample(number) ? System.nanoTime() : 0;
                    take.run();
                    if (begun != 0) {
                        steady.record(System.nanoTime() - begun);
                    }
                    if (yield) {
                        Thread.yield();
                    }
                    give.run();
                    steady.bump(task);
                }
            });
        }
    }

    @Override
    public void watch(int receivers, BooleanSupplier next) {
        throw new UnsupportedOperationException("watch");
    }

    @Override
    public void broadcast(int receivers, int batch, int capacity, BooleanSupplier next) {
        throw new UnsupportedOperationException("broadcast");
    }

    private void start(Body body) {
        Runnable run = () -> {
            try {
                body.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException("interrupted, and nobody here interrupts", e);
            }
        };
        try {
            startVirtualThread.invoke(run);
        } catch (Throwable e) { // invoke declares it
            throw new IllegalStateException("no virtual thread could be started", e);
        }
    }

    @Override
    public void close() {} // the carriers belong to the process, and what still waits ends with it

    @FunctionalInterface
    private interface Body {
        void run() throws InterruptedException;
    }
}
