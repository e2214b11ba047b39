package dev.weir.perf.scheduler;

import dev.weir.perf.contest.Entrant;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A system under measurement: what tasks can do on it.
 *
 * <p>Methods called {@code spawn…} may be called by tasks of the system and by threads outside.
 */
interface Subject extends Entrant<Workload> {
    /** Starts a task. */
    void spawn(Work body);

    /** Starts a task that goes behind its peers so many times and then runs {@code end}. */
    void spawnYielding(int yields, Runnable end);

    /** Starts a task that runs {@code step} and goes behind its peers, for as long as the step says so. */
    void spawnYielding(BooleanSupplier step);

    /**
     * Starts a task that starts a partner, sends to it through a one-shot channel, waits for its answer through another
     * and runs {@code end}.
     */
    void spawnPingPong(Runnable end);

    /**
     * Starts a task that so many times starts an empty task and waits for its end, each within {@link Stopwatch#start}
     * and {@link Stopwatch#stop}, and then runs {@code end}.
     */
    void spawnJoining(int times, Stopwatch watch, Runnable end);

    /** Runs a body that might block where the system wants such bodies to run. */
    void spawnBlocking(Work body);

    /**
     * Runs the driver of a measurement where ordinary application code runs: as a task. It asks {@code next}, runs
     * {@code round} and waits without holding its thread until the countdown is at zero, again and again. The caller,
     * outside of the system, blocks until {@code next} has said no.
     */
    void drive(BooleanSupplier next, Consumer<Countdown> round) throws InterruptedException;

    /** Starts empty tasks from a thread outside of the system. */
    void spawnRemote(int tasks);

    /** Blocks the thread outside until the tasks of {@link #spawnRemote} have ended, one handle after the other. */
    void awaitRemote() throws Exception;

    /** Returns a dense number of the worker that runs the caller, or -1 if the system does not tell. */
    default int worker() {
        return WorkerNumber.ofThisThread();
    }

    /** Measures an operation now and then. Confined to one task. */
    interface Stopwatch {
        void start();

        void stop();
    }
}
