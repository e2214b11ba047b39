package dev.weir.io.driver;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * The two queues that io_uring shares with the kernel: what it shall do, and what it has done.
 *
 * <p>Any thread pushes entries, under the lock of the ring; they are handed to the kernel by the next {@link #enter},
 * which any thread may call, in the order of their pushing. One thread at a time, the sitter of the driver, reaps what
 * is done. The kernel does what it has been handed at once if it can; what has to wait for the peer is finished when a
 * thread that has entered the kernel finds it, or is interrupted by the clock of the system, so after some milliseconds
 * at the latest: without the interrupts that would otherwise be sent for each message (IORING_SETUP_COOP_TASKRUN).
 */
final class Ring {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    private static final int SETUP = 425;
    private static final int ENTER = 426;
    private static final int REGISTER = 427;

    private static final int SETUP_CQSIZE = 1 << 3;
    private static final int SETUP_COOP_TASKRUN = 1 << 8;
    private static final int SETUP_TASKRUN_FLAG = 1 << 9;

    /** One mapping for both queues; completions are never dropped; waits have a time limit. */
    private static final int FEATURES = 1 | 1 << 1 | 1 << 8;

    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 1 << 3;

    private static final int SQ_CQ_OVERFLOW = 1 << 1;
    private static final int SQ_TASKRUN = 1 << 2;

    private static final byte NOP = 0;
    private static final byte POLL_ADD = 6;
    private static final byte ASYNC_CANCEL = 14;
    private static final byte SEND = 26;
    private static final byte RECEIVE = 27;
    private static final byte BUFFER_SELECT = 1 << 5;
    private static final byte SKIP_SUCCESS = 1 << 6;
    private static final int POLL_FIRST = 1;

    private static final int ENTRY = 64;
    private static final int COMPLETION = 16;

    private static final int SHARED_POPULATED = 1 | 0x8000;
    private static final int READ_WRITE = 3;
    private static final long ENTRIES_OFFSET = 0x1000_0000L;

    /** How long the kernel has to do nothing. */
    private static final long PROOF_NANOS = 1_000_000_000;

    /** How often the queue is handed over to a kernel that has no memory, before that is left to whoever is next. */
    private static final int TRIES = 8;

    /** How long such a kernel is let be. */
    private static final long PAUSE_NANOS = 1_000_000;

    /** Partner of the kernel's own barriers on heads, tails and flags. */
    private static final VarHandle WORD = JAVA_INT.varHandle();

    private static final VarHandle SHORT_WORD = JAVA_SHORT.varHandle();

    private final int fd;
    private final int entries;
    private final MemorySegment queues;
    private final MemorySegment sqes;
    private final long sqHead;
    private final long sqTail;
    private final long sqFlags;
    private final int sqMask;
    private final long cqHead;
    private final long cqTail;
    private final int cqMask;
    private final long cqes;

    /** Of the sitter: how long to wait at most. */
    private final MemorySegment timespec = Arena.ofAuto().allocate(16, 8);

    private final MemorySegment waitArgument = Arena.ofAuto().allocate(24, 8);

    /** The sitter waits in the kernel, or is about to: it will not look by itself at what is pushed now. */
    private volatile boolean waiting;

    private boolean warned;

    // Guarded by this.
    private int tail;
    private int inside;
    private boolean closed;

    /** What is done with a completion. */
    @FunctionalInterface
    interface Completions {
        void complete(long data, int result, int flags);
    }

    /**
     * Opens a ring.
     *
     * @param wanted entries that can be pushed before they are handed to the kernel, a power of two
     * @throws IOException if the kernel has no such rings, or none that can do what is needed, or forbids them
     */
    Ring(int wanted) throws IOException {
        MemorySegment params = Arena.ofAuto().allocate(120, 8);
        params.set(JAVA_INT, 4, wanted * 8);
        params.set(JAVA_INT, 8, SETUP_CQSIZE | SETUP_COOP_TASKRUN | SETUP_TASKRUN_FLAG);
        long made = Libc.syscall(SETUP, wanted, params.address(), 0, 0, 0, 0);
        if (made < 0) {
            throw Errors.of("io_uring_setup", (int) made);
        }
        fd = (int) made;
        MemorySegment mapped = null;
        try {
            if ((params.get(JAVA_INT, 20) & FEATURES) != FEATURES) {
                throw new IOException("this kernel's io_uring lacks features");
            }
            entries = params.get(JAVA_INT, 0);
            long sqSize = params.get(JAVA_INT, 64) + entries * 4L;
            long cqSize = params.get(JAVA_INT, 100) + (long) params.get(JAVA_INT, 4) * COMPLETION;
            mapped = map(Math.max(sqSize, cqSize), 0);
            sqes = map((long) entries * ENTRY, ENTRIES_OFFSET);
            queues = mapped;
        } catch (Throwable e) {
            if (mapped != null) {
                Libc.munmap(mapped.address(), mapped.byteSize()); // the ring lives as long as it is mapped
            }
            Libc.close(fd);
            throw e;
        }
        sqHead = params.get(JAVA_INT, 40);
        sqTail = params.get(JAVA_INT, 44);
        sqMask = queues.get(JAVA_INT, params.get(JAVA_INT, 48));
        sqFlags = params.get(JAVA_INT, 56);
        long array = params.get(JAVA_INT, 64);
        for (int i = 0; i < entries; i++) {
            queues.set(JAVA_INT, array + 4L * i, i);
        }
        cqHead = params.get(JAVA_INT, 80);
        cqTail = params.get(JAVA_INT, 84);
        cqMask = queues.get(JAVA_INT, params.get(JAVA_INT, 88));
        cqes = params.get(JAVA_INT, 100);
        waitArgument.set(JAVA_LONG, 16, timespec.address());
    }

    @SuppressWarnings("restricted") // the size is the one that was mapped
    private MemorySegment map(long size, long offset) throws IOException {
        long at = Libc.mmap(size, READ_WRITE, SHARED_POPULATED, fd, offset);
        if (at < 0 && at > -4096) {
            throw Errors.of("mmap", (int) at);
        }
        return MemorySegment.ofAddress(at).reinterpret(size);
    }

    /**
     * Once, before all else: has the kernel do nothing, and sees that it has.
     *
     * @throws IOException if it has not
     */
    void prove() throws IOException {
        nothing(0);
        int result = enterFor(PROOF_NANOS);
        if (reap((data, done, flags) -> {}) != 1) {
            throw result < 0 ? Errors.of("io_uring_enter", result) : new IOException("a ring does nothing");
        }
    }

    /** Hands a table of buffers to the kernel, from which receives take theirs. */
    void registerBuffers(MemorySegment table, int count) throws IOException {
        try (Arena arena = Arena.ofConfined()) { // to the end of the call, which has its number only
            MemorySegment registration = arena.allocate(40, 8);
            registration.set(JAVA_LONG, 0, table.address());
            registration.set(JAVA_INT, 8, count);
            long done = Libc.syscall(REGISTER, fd, 22, registration.address(), 1, 0, 0);
            if (done < 0) {
                throw Errors.of("io_uring_register of buffers", (int) done);
            }
        }
    }

    /** Lets the kernel see the tail of such a table, after what was written to it. */
    static void publish(MemorySegment table, long offset, short tail) {
        SHORT_WORD.setRelease(table, offset, tail);
    }

    /** Receives into a buffer of the kernel's choice, once there is something. */
    void receive(int socket, long data) {
        push(RECEIVE, BUFFER_SELECT, (short) POLL_FIRST, socket, 0, RingBuffers.INWARD_SIZE, 0, data);
    }

    /** Sends with all else that is handed over next; at once if nobody else would. */
    void send(int socket, long address, int length, int flags, long data) {
        push(SEND, (byte) 0, (short) 0, socket, address, length, flags, data);
        if (waiting) {
            submit();
        }
    }

    /** Waits for one of the events. */
    void poll(int socket, int events, long data) {
        push(POLL_ADD, (byte) 0, (short) 0, socket, 0, 0, events, data);
    }

    /** Gives up what was pushed with this data, and says nothing if that was in time. */
    void cancel(long target, long data) {
        push(ASYNC_CANCEL, SKIP_SUCCESS, (short) 0, -1, target, 0, 0, data);
    }

    /** Is done at once. */
    void nothing(long data) {
        push(NOP, (byte) 0, (short) 0, -1, 0, 0, 0, data);
    }

    private void push(
            byte operation, byte flags, short priority, int socket, long address, int length, int more, long data) {
        while (!tryPush(operation, flags, priority, socket, address, length, more, data)) {
            submit();
        }
    }

    /** False if the queue is full. */
    private synchronized boolean tryPush(
            byte operation, byte flags, short priority, int socket, long address, int length, int more, long data) {
        if (closed) {
            return true; // whoever waits has been told of the shutdown, or is about to be
        }
        if (tail - (int) WORD.getAcquire(queues, sqHead) == entries) {
            return false;
        }
        long at = (long) (tail & sqMask) * ENTRY;
        sqes.set(JAVA_BYTE, at, operation);
        sqes.set(JAVA_BYTE, at + 1, flags);
        sqes.set(JAVA_SHORT, at + 2, priority);
        sqes.set(JAVA_INT, at + 4, socket);
        sqes.set(JAVA_LONG, at + 8, 0);
        sqes.set(JAVA_LONG, at + 16, address);
        sqes.set(JAVA_INT, at + 24, length);
        sqes.set(JAVA_INT, at + 28, more);
        sqes.set(JAVA_LONG, at + 32, data);
        sqes.set(JAVA_LONG, at + 40, 0); // buffers of group 0
        sqes.set(JAVA_LONG, at + 48, 0);
        sqes.set(JAVA_LONG, at + 56, 0);
        // Volatile, partner of await: who pushes and then finds nobody waiting is seen by who waits next.
        WORD.setVolatile(queues, sqTail, ++tail);
        return true;
    }

    /**
     * Any thread: hands to the kernel what was pushed. Whoever waits there can be called back by this alone, so it is tried
     * again if the kernel has no memory now.
     */
    void submit() {
        if (!enters()) {
            return;
        }
        try {
            int result = handOver();
            for (int tries = 1; result < 0 && tries < TRIES; tries++) {
                LockSupport.parkNanos(PAUSE_NANOS);
                result = handOver();
            }
            warn(result);
        } finally {
            leaves();
        }
    }

    /** Returns the negative error, if it was one. */
    private int handOver() {
        int pending = pending();
        // Which also moves completions to where there is room again.
        return pending > 0 ? enter(pending, 0, ENTER_GETEVENTS, 0, 0) : 0;
    }

    /** Tells whether the ring is open, and keeps it open until {@link #leaves}. */
    private synchronized boolean enters() {
        if (closed) {
            return false;
        }
        inside++;
        return true;
    }

    private synchronized void leaves() {
        inside--;
    }

    private int pending() {
        return (int) WORD.getVolatile(queues, sqTail) - (int) WORD.getAcquire(queues, sqHead);
    }

    /** Sitter: hands over what was pushed and has the kernel finish what it can, without waiting. */
    void look() {
        int pending = pending();
        if (pending > 0 || ((int) WORD.getAcquire(queues, sqFlags) & (SQ_TASKRUN | SQ_CQ_OVERFLOW)) != 0) {
            warn(enter(pending, 0, ENTER_GETEVENTS, 0, 0));
        }
    }

    /** Sitter: as {@link #look}, and waits until something is done; so long at most, without limit if 0. */
    void await(long nanos) {
        int result = nanos <= 0 ? enterWaiting(ENTER_GETEVENTS, 0, 0) : enterFor(nanos);
        // An end of the wait, or a queue of completions that must be reaped first, is for the caller.
        if (result < 0 && result != -Libc.ETIME && result != -Libc.EINTR && result != -Libc.EBUSY) {
            LockSupport.parkNanos(PAUSE_NANOS);
            warn(result);
        }
    }

    private int enterFor(long nanos) {
        timespec.set(JAVA_LONG, 0, nanos / 1_000_000_000);
        timespec.set(JAVA_LONG, 8, nanos % 1_000_000_000);
        return enterWaiting(ENTER_GETEVENTS | ENTER_EXT_ARG, waitArgument.address(), waitArgument.byteSize());
    }

    private int enterWaiting(int flags, long argument, long size) {
        waiting = true; // then the look at what was pushed
        try {
            return enter(pending(), 1, flags, argument, size);
        } finally {
            waiting = false;
        }
    }

    private int enter(int submit, int least, int flags, long argument, long size) {
        return (int) Libc.syscall(ENTER, fd, submit, least, flags, argument, size);
    }

    private void warn(int result) {
        if (result >= 0 || isTransient(-result) || warned) {
            return;
        }
        warned = true;
        try {
            LOG.log(System.Logger.Level.WARNING, "io_uring_enter fails", Errors.of("io_uring_enter", result));
        } catch (Throwable lost) {
            // It cannot be told. What was pushed stays so, and whoever pushed it must not take it for refused.
        }
    }

    private static boolean isTransient(int error) {
        return error == Libc.EINTR || error == Libc.EAGAIN || error == Libc.EBUSY || error == Libc.ETIME;
    }

    /** Sitter: passes on what is done; returns how much that was. */
    int reap(Completions completions) {
        int head = (int) WORD.get(queues, cqHead);
        int end = (int) WORD.getAcquire(queues, cqTail);
        int count = end - head;
        while (head != end) {
            long at = cqes + (long) (head & cqMask) * COMPLETION;
            long data = queues.get(JAVA_LONG, at);
            int result = queues.get(JAVA_INT, at + 8);
            int flags = queues.get(JAVA_INT, at + 12);
            WORD.setRelease(queues, cqHead, ++head); // one at a time: what it leads to may need the room
            completions.complete(data, result, flags);
        }
        return count;
    }

    /**
     * Once, by the last sitter: has the kernel give up what it has not done. The memory is unmapped here and by nobody
     * else, since the ring lives as long as it is mapped.
     */
    void close() {
        synchronized (this) {
            closed = true;
        }
        while (isInside()) {
            Thread.onSpinWait(); // somebody wakes a driver that needs no waking any more
        }
        Libc.close(fd);
        Libc.munmap(queues.address(), queues.byteSize());
        Libc.munmap(sqes.address(), sqes.byteSize());
    }

    private synchronized boolean isInside() {
        return inside > 0;
    }
}
