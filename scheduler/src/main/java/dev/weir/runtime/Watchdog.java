package dev.weir.runtime;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Looks from a thread of its own for polls that do not return, and tells of each once. The pollers only say which poll
 * goes on; the clock is read here, twice in a threshold, so a stall is noticed after one threshold to two.
 */
final class Watchdog {
    private final RuntimeCore runtime;
    private final long thresholdNanos;
    private final Consumer<StalledPoll> handler;
    private final Set<Observer> observers = ConcurrentHashMap.newKeySet();
    private final Thread thread;
    private final AtomicBoolean started = new AtomicBoolean();
    private volatile boolean over;

    /** Of the thread: since when each poll is known to go on. */
    private Map<Observer.Sitting, Seen> seen = new HashMap<>();

    Watchdog(RuntimeCore runtime, String name, Duration threshold, Consumer<StalledPoll> handler) {
        this.runtime = runtime;
        this.thresholdNanos = TimeUnit.NANOSECONDS.convert(threshold);
        this.handler = handler;
        thread = new Thread(this::watch, name);
        thread.setDaemon(true);
    }

    void add(Observer observer) {
        observers.add(observer);
        if (started.compareAndSet(false, true)) {
            thread.start();
        }
    }

    void remove(Observer observer) {
        observers.remove(observer);
    }

    private void watch() {
        while (!over) {
            LockSupport.parkNanos(this, Math.max(1, thresholdNanos / 2));
            Thread.interrupted(); // the handler is the user's; a set flag would turn the next park into a spin
            look(System.nanoTime());
        }
    }

    private void look(long now) {
        Map<Observer.Sitting, Seen> still = new HashMap<>();
        for (Observer observer : observers) {
            Observer.Sitting sitting = observer.current();
            if (sitting != null) {
                Seen before = seen.getOrDefault(sitting, new Seen(now, false));
                boolean due = !before.told && now - before.sinceNanos >= thresholdNanos;
                still.put(
                        sitting,
                        due && tell(observer, sitting, now - before.sinceNanos)
                                ? new Seen(before.sinceNanos, true)
                                : before);
            }
        }
        seen = still;
    }

    /** False if the poll has returned meanwhile: the stack may then be another's. */
    private boolean tell(Observer observer, Observer.Sitting sitting, long lasting) {
        List<StackTraceElement> stack = List.of(sitting.thread.getStackTrace());
        if (observer.current() != sitting) {
            return false;
        }
        runtime.contain(
                () -> handler.accept(new StalledPoll(sitting.task, sitting.thread, Duration.ofNanos(lasting), stack)));
        return true;
    }

    /** What is known of a poll, and whether it was told. */
    private record Seen(long sinceNanos, boolean told) {}

    /** The runtime has ended. */
    void stop() {
        over = true;
        LockSupport.unpark(thread);
    }

    /** After {@link #stop}; false if the time is over first. */
    boolean awaitEnd(long nanos) throws InterruptedException {
        if (Thread.currentThread() == thread) {
            return true; // the handler closes the runtime
        }
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, nanos));
        return !thread.isAlive();
    }
}
