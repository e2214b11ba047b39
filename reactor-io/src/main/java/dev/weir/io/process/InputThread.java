package dev.weir.io.process;

import dev.weir.task.Context;
import dev.weir.task.Source;
import dev.weir.task.WakerCell;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A thread that reads an input which nobody can be woken by, a chunk for each that is asked for. It outlives those who
 * ask: what it has read for one that has gone is the next one's.
 *
 * <pre>
 * event \ state       idle         reading              holds a chunk   over
 * a poll              reading      waits                takes it, idle  ends, or throws
 * the input gave      -            holds it, <em>wake</em>        -               -
 * it ended, failed    -            over, <em>wake</em>            -               -
 * a source is closed  same         same                 same            same
 * </pre>
 *
 * <p>It is a daemon, and no thread of a runtime: a read that never returns must not keep one from ending.
 */
final class InputThread {
    static final int CHUNK = 8 * 1024;
    private static final long NAP_NANOS = 1_000_000;

    private final String name;
    private final InputStream in;
    private final ThreadFactory threads;
    private final WakerCell waiter = new WakerCell();
    private final AtomicBoolean taken = new AtomicBoolean();
    private boolean started;
    private boolean wanted;
    private boolean over;
    private @Nullable ByteBuffer chunk;
    private @Nullable Throwable failure;

    InputThread(String name, InputStream in) {
        this(name, in, Thread::new);
    }

    InputThread(String name, InputStream in, ThreadFactory threads) {
        this.name = name;
        this.in = in;
        this.threads = threads;
    }

    /**
     * Opens a source, one at a time.
     *
     * @throws IllegalStateException if there is one that was not closed
     */
    Source<ByteBuffer> open() {
        if (!taken.compareAndSet(false, true)) {
            throw new IllegalStateException(name + " has one owner: close the source of the one before");
        }
        return new Reader();
    }

    /** Returns the chunk that was read; null if there is none yet: then one is being read from now on. */
    private synchronized @Nullable ByteBuffer takeOrAsk() throws Exception {
        Throwable thrown = failure;
        if (thrown != null) {
            throw thrown instanceof Exception e ? e : new IOException(name + " has failed", thrown);
        }
        ByteBuffer read = chunk;
        chunk = null;
        if (read == null && !over) {
            wanted = true;
            notifyAll();
            if (!started) {
                byte[] scratch = new byte[CHUNK]; // here, where who asks learns that there is no memory
                Thread thread = threads.newThread(() -> run(scratch));
                thread.setName("weir-" + name.replace(' ', '-'));
                thread.setDaemon(true);
                thread.start(); // throws if there are no threads left: the next poll tries again
                started = true;
            }
        }
        return read;
    }

    private synchronized boolean isOver() {
        return over && chunk == null;
    }

    private void run(byte[] scratch) {
        for (boolean more = true; more; ) {
            awaitDemand();
            try {
                int n = in.read(scratch);
                more = n >= 0;
                offer(more ? ByteBuffer.allocate(n).put(scratch, 0, n).flip() : null, null);
            } catch (Throwable t) { // System.setIn admits any stream; whoever waits has to learn of an error, too
                more = false;
                offer(null, t); // as it is: there may be no memory to say it better
            }
            wakeWaiter();
        }
    }

    /** This thread ends only with its input: nobody would make another. */
    private void wakeWaiter() {
        for (boolean told = false; !told; ) {
            try {
                waiter.wake();
                told = true;
            } catch (OutOfMemoryError none) {
                LockSupport.parkNanos(this, NAP_NANOS);
            }
        }
    }

    private synchronized void awaitDemand() {
        while (!wanted) {
            try {
                wait();
            } catch (InterruptedException e) {
                // Nobody's business: the thread ends with its input, or with the process.
            }
        }
    }

    private synchronized void offer(@Nullable ByteBuffer read, @Nullable Throwable broken) {
        wanted = false;
        chunk = read;
        over = read == null;
        failure = broken;
    }

    private final class Reader implements Source<ByteBuffer> {
        private boolean done;
        /** The last poll said "not now": an end or a failure that comes meanwhile is told by the next. */
        private boolean waiting;

        @Override
        public @Nullable ByteBuffer poll(Context cx) throws Exception {
            boolean over = isDone(); // then nothing is charged, and a failure is thrown however little budget is left
            waiting = true;
            if (!over && !cx.charge()) {
                return null;
            }
            waiter.register(cx.waker()); // S2: before the look
            ByteBuffer next;
            try {
                synchronized (InputThread.this) { // one look, or a failure that comes between two is taken for the end
                    next = takeOrAsk();
                    done = next == null && isOver();
                }
            } catch (Exception e) {
                done = true;
                throw e;
            }
            if (next == null && !over) {
                cx.budget().refund();
            }
            waiting = next == null;
            return next;
        }

        @Override
        public boolean isDone() {
            return done || (!waiting && isOver());
        }

        @Override
        public void close() {
            waiter.clear();
            taken.set(false);
        }

        @Override
        public String toString() {
            return name;
        }
    }
}
