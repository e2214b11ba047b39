package dev.weir.stream.interop;

import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.Waker;
import dev.weir.task.WakerCell;
import java.util.Iterator;
import java.util.NavigableSet;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What is to be run one after the other: a queue, and one task that runs it. The task is spawned when there is something
 * to run for the first time, and runs a bounded number of {@link Job}s in a poll, each of which costs one operation of
 * its budget; then it goes behind its peers. So a lane that never gets empty has no more of its worker than any other
 * task. What is for later waits in the order of its deadlines, which is the order in which it is run.
 *
 * <pre>
 * event \ phase         OPEN          SEALED                   DISPOSED
 * accept                held          refused                  refused
 * seal                  SEALED        -                        -
 * nothing is left       -             ended, *leave*           -
 * dispose, or the       DISPOSED, *cancel all, leave*          -
 *   runtime ends
 * </pre>
 *
 * <p>{@link #left} is counted up, <em>then</em> the phase is read; who seals writes the phase and <em>then</em> reads
 * what is left. So either the job is refused, or who seals leaves the end to it.
 */
final class Lane implements Pollable<@Nullable Void> {
    private enum Phase {
        OPEN,
        SEALED,
        DISPOSED
    }

    private final Lanes lanes;
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.OPEN);
    private final Queue<Job> ready = new ConcurrentLinkedQueue<>();
    /** Those whose time has not come, as far as the task knows. */
    private final NavigableSet<Job> timed = new ConcurrentSkipListSet<>();
    /** Jobs that were accepted and are not over. */
    private final AtomicInteger left = new AtomicInteger();

    private final WakerCell task = new WakerCell();
    private final AtomicInteger spawns = new AtomicInteger();
    private final AtomicLong numbers = new AtomicLong();
    private final Waker rouse = this::rouse;
    private volatile boolean finishing;
    /** Written when the others know it. */
    private volatile boolean entered;

    Lane(Lanes lanes) {
        this.lanes = lanes;
    }

    /**
     * Accepts a runnable.
     *
     * @param delay in nanoseconds; of 0 and less, it is run as soon as may be
     * @param period in nanoseconds, or {@link Job#ONCE}
     * @return null if it is refused
     */
    @Nullable Job accept(Runnable work, long delay, long period) {
        if (lanes.isClosed() || phase.get() != Phase.OPEN || !enter()) {
            return null;
        }
        long due = delay > 0 || period > 0 ? lanes.after(delay) : 0; // nobody asks it of what is run at once
        Job job = new Job(this, work, due, period, numbers.getAndIncrement());
        left.incrementAndGet();
        if (phase.get() != Phase.OPEN) {
            job.cancel();
            if (isDisposed()) {
                leave(); // who disposed has left before this has entered
            }
            return null;
        }
        boolean accepted = true;
        try {
            if (delay > 0) {
                accepted = await(job);
            } else {
                enqueue(job);
            }
        } catch (Throwable thrown) {
            job.cancel(); // who gave it takes it for refused
            throw thrown;
        }
        // Who disposed may not have seen it; or it has run, and it was the job that disposed its lane.
        boolean refused = (!accepted || isDisposed()) && job.cancel();
        return refused ? null : job;
    }

    /** False if there are no timers any more. */
    private boolean await(Job job) {
        timed.add(job);
        boolean armed = job.arm(lanes.timers(), rouse);
        if (job.isOver()) { // cancelled by one who did not find it in the set
            timed.remove(job);
        }
        return armed;
    }

    /** A periodic job has run. By the task. */
    void again(Job job, boolean later) {
        if (finishing || (later && !await(job))) {
            job.cancel();
        } else if (!later) {
            enqueue(job);
        } else if (finishing || isDisposed()) { // who finishes or disposes may not have seen it
            job.cancel();
        }
    }

    /**
     * Only a lane that holds something is known to the others. Whoever comes while the first enters does so as well, for the
     * first may be held up. False if they are closed.
     */
    private boolean enter() {
        if (entered) {
            return true;
        }
        entered = lanes.enter(this);
        if (!entered && isOver()) {
            leave(); // it was over, and known no more
        }
        return entered;
    }

    private void enqueue(Job job) {
        ready.add(job);
        rouse();
    }

    /** Makes the task look. Any thread; also when a timer has fired, or is shut down with the runtime. */
    private void rouse() {
        if (spawns.get() == 0 && spawns.getAndIncrement() == 0) {
            spawn();
        } else {
            task.wake();
        }
        if (isDisposed()) {
            ready.clear();
        }
    }

    private void spawn() {
        try {
            lanes.runtime().spawn(this); // closed at once if the runtime is shut down
        } catch (Throwable thrown) {
            dispose(); // others may count on this task already
            throw thrown;
        }
    }

    /** A job is over; each is once. */
    void ended(Job job) {
        timed.remove(job);
        if (left.decrementAndGet() == 0 && phase.get() == Phase.SEALED) {
            leave();
        }
    }

    /** Accepts no more, and ends after what was accepted. */
    void seal() {
        if (phase.compareAndSet(Phase.OPEN, Phase.SEALED) && left.get() == 0) {
            leave();
        }
    }

    /** As {@link #seal()}; and what is periodic ends. */
    void finish() {
        finishing = true;
        seal();
        for (Job job : timed) {
            if (job.isPeriodic()) {
                job.cancel();
            }
        }
    }

    /** Ends at once; what runs at this moment is not interrupted. Idempotent. */
    void dispose() {
        if (phase.getAndSet(Phase.DISPOSED) != Phase.DISPOSED) {
            timed.forEach(Job::cancel);
            ready.clear();
            leave();
        }
    }

    boolean isDisposed() {
        return phase.get() == Phase.DISPOSED;
    }

    private void leave() {
        lanes.leave(this);
        task.wake();
    }

    private boolean isOver() {
        Phase now = phase.get();
        return now == Phase.DISPOSED || (now == Phase.SEALED && left.get() == 0);
    }

    @Override
    public Poll<@Nullable Void> poll(Context cx) {
        if (task.isRegistered()) {
            task.clear(); // what comes while this runs need not wake it
        }
        for (int ran = 0; !isOver(); ran++) {
            if (ran == lanes.batch()) {
                cx.waker().wake();
                return Poll.pending();
            }
            if (ran > 0 && !cx.charge()) {
                return Poll.pending();
            }
            Job job = next(cx);
            if (job == null) {
                return isOver() ? Poll.done() : Poll.pending();
            }
            job.run(lanes.onFailure());
        }
        return Poll.done();
    }

    private @Nullable Job next(Context cx) {
        Job job = take();
        if (job == null) {
            task.register(cx.waker()); // then one more look (S2)
            job = take();
        }
        return job;
    }

    private @Nullable Job take() {
        if (!timed.isEmpty()) {
            long now = lanes.after(0);
            for (Job next = first(); next != null && next.isDue(now); next = first()) {
                timed.remove(next);
                ready.add(next);
            }
        }
        return ready.poll();
    }

    private @Nullable Job first() {
        Iterator<Job> inOrder = timed.iterator();
        return inOrder.hasNext() ? inOrder.next() : null;
    }

    /** By its task: over, or ended by the runtime. */
    @Override
    public void close() {
        if (!isOver()) {
            dispose();
        }
    }
}
