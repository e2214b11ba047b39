package dev.weir.sync;

import dev.weir.spin.Spin;
import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import dev.weir.task.Waker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What the two ends of a {@link Channel} share. Senders have one word, the receiver another, and each reads the other's
 * only when it seems to be at the end of what it has: full, or empty.
 *
 * <pre>
 *    63               32 31                     4 3      0
 *   +-------------------+------------------------+--------+
 *   | sent: the number  | reserved: slots that   | flags  |     word, of the senders
 *   | of the next item  | were promised, not used|        |
 *   +-------------------+------------------------+--------+
 *
 *   used = sent + reserved - taken        taken: written by the receiver alone
 * </pre>
 *
 * <pre>
 * event \ word   open, used &lt; capacity      open, full, or others wait      ENDED (CLOSED or ABANDONED)
 * send           +sent -WAITING; put; wake   full, or into the queue         refused
 * reserve n      +n reserved                 into the queue                  refused
 * use a slot     +sent -1 reserved -WAITING; put; wake                       same; given back if DISCARD
 * give n back    -n reserved; serve the queue                                same; wake if that was the last
 * close, stop    ENDED; wake, WAITING or not                                 same
 * take           +taken; serve the queue                                     same
 * nothing there  +WAITING; pending           -                               if none is reserved, or DISCARD: done
 * </pre>
 *
 * <p>WAITING: the receiver sleeps. It sets the flag only while every number claimed has been taken, and whoever claims the
 * next clears it in the same exchange and owes the wake, after the item has been put. So a send is one compare-and-set.
 *
 * <p>A number that is claimed and not put yet holds up the receiver, which looks a few more times and then goes behind its
 * peers: the sender is between two instructions, or off its core.
 *
 * <p>Who finds the channel full raises {@code sendersWait} and <em>then</em> looks at {@code taken}; the receiver writes
 * {@code taken} and <em>then</em> looks at {@code sendersWait}; all four volatile. While it is raised nobody takes a slot
 * but by the queue's order.
 */
final class Pipe<T> {
    static final int MAX_CAPACITY = 1 << 27;

    /** More than there is memory for, and far enough from an overflow. */
    static final int UNBOUNDED = 1 << 30;

    private static final long CLOSED = 1;
    private static final long ABANDONED = 2;
    private static final long ENDED = CLOSED | ABANDONED;
    private static final long WAITING = 4;
    /** Nobody will ever take what is sent: no number is claimed any more. */
    private static final long DISCARD = 8;

    private static final int RESERVED_SHIFT = 4;
    private static final long ONE_RESERVED = 1L << RESERVED_SHIFT;
    private static final int RESERVED_MASK = (1 << 28) - 1;
    private static final long ONE_SENT = 1L << 32;

    private static final int SPINS = 64;

    private static final VarHandle WORD;
    private static final VarHandle TAKEN_SEEN;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Pipe.class, "word", long.class);
            TAKEN_SEEN = lookup.findVarHandle(Pipe.class, "takenSeen", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** Keep the senders' line, the receiver's line and the rest apart: two cores write them. */
    @SuppressWarnings("unused")
    private long p0, p1, p2, p3, p4, p5, p6, p7;

    private volatile long word;
    /** What some sender has seen of {@code taken}: it may lag behind. */
    private volatile long takenSeen;

    @SuppressWarnings("unused")
    private long p8, p9, p10, p11, p12, p13, p14, p15;

    private volatile long taken;

    @SuppressWarnings("unused")
    private long p16, p17, p18, p19, p20, p21, p22, p23;

    private final int capacity;
    private final Slots<T> slots;
    private final WaitList senders = new WaitList();
    private volatile boolean sendersWait;
    private final Notify closed = new Notify();

    /**
     * The waker of the last poll. Written before the poll looks, so before WAITING is set; read by who clears that, before
     * it puts, and by who ends the channel, as a receiver that waits for nothing is to hear of it too (P4).
     */
    private volatile Waker receiver = Waker.noop();

    Pipe(int capacity, Slots<T> slots) {
        this.capacity = capacity;
        this.slots = slots;
    }

    int capacity() {
        return capacity;
    }

    /** Slots that are neither used nor promised. */
    int free() {
        return Math.min(capacity, Math.max(0, freeNow(word))); // what was taken is read last, and may be ahead
    }

    /** Items sent and not taken. */
    int size() {
        long seen = word;
        return Math.max(0, sentOf(seen) - (int) taken);
    }

    boolean isClosedForSenders() {
        return (word & ENDED) != 0;
    }

    Notify closed() {
        return closed;
    }

    // ---- senders ----

    /** Sends if there is room and nobody waits for it. */
    Channel.Offer offer(T item) {
        for (; ; ) {
            long seen = word;
            if ((seen & ENDED) != 0) {
                return Channel.Offer.CLOSED;
            }
            if (sendersWait || freeUpTo(seen, 1) < 1) {
                return Channel.Offer.FULL;
            }
            slots.prepare(sentOf(seen));
            if (WORD.compareAndSet(this, seen, (seen + ONE_SENT) & ~WAITING)) {
                put(seen, item);
                return Channel.Offer.ACCEPTED;
            }
        }
    }

    /** Sends, or waits for room. Charges one operation when it has sent. */
    boolean pollSend(Context cx, Waiter waiter, T item) {
        if (!cx.charge()) {
            return false;
        }
        if (waiter.state() == Waiter.OUT) {
            Channel.Offer answer = offer(item);
            if (answer == Channel.Offer.ACCEPTED) {
                return true;
            }
            if (answer == Channel.Offer.CLOSED) {
                throw refused();
            }
        }
        if (!reserveOrWait(waiter, cx.waker())) {
            cx.budget().refund();
            return false;
        }
        use(item);
        return true;
    }

    /** Reserves what the waiter needs, or waits for it. Charges one operation when it has reserved. */
    boolean pollReserve(Context cx, Waiter waiter) {
        if (!cx.charge()) {
            return false;
        }
        if (waiter.state() == Waiter.OUT && tryReserve(waiter.need)) {
            return true;
        }
        if (!reserveOrWait(waiter, cx.waker())) {
            cx.budget().refund();
            return false;
        }
        return true;
    }

    /** Reserves so many if there is room and nobody waits for it. */
    boolean tryReserve(int n) {
        for (; ; ) {
            long seen = word;
            if ((seen & ENDED) != 0 || sendersWait || freeUpTo(seen, n) < n || !canPromise(seen, n)) {
                return false;
            }
            if (WORD.compareAndSet(this, seen, seen + n * ONE_RESERVED)) {
                return true;
            }
        }
    }

    private boolean reserveOrWait(Waiter waiter, Waker waker) {
        if (waiter.state() != Waiter.OUT) {
            return isGranted(waiter, waker);
        }
        senders.lock();
        try {
            sendersWait = true; // then look again; partner of take()
            for (; ; ) {
                long seen = word;
                if ((seen & ENDED) != 0) {
                    sendersWait = !senders.isEmpty();
                    throw refused();
                }
                if (!senders.isEmpty() || !hasRoom(seen, waiter.need)) {
                    senders.add(waiter, waker);
                    return false;
                }
                if (WORD.compareAndSet(this, seen, seen + waiter.need * ONE_RESERVED)) {
                    sendersWait = false;
                    return true;
                }
            }
        } finally {
            senders.unlock();
        }
    }

    private boolean isGranted(Waiter waiter, Waker waker) {
        if (waiter.keepWaiting(senders, waker)) {
            return false;
        }
        if (waiter.state() == Waiter.REFUSED) {
            throw refused();
        }
        waiter.reset();
        return true;
    }

    /** Sends on a slot that was reserved. What nobody will take is dropped; without memory the slot is given back. */
    void use(T item) {
        for (; ; ) {
            long seen = word;
            if ((seen & DISCARD) != 0) {
                giveBack(1);
                return;
            }
            prepareReserved(sentOf(seen));
            if (WORD.compareAndSet(this, seen, (seen + ONE_SENT - ONE_RESERVED) & ~WAITING)) {
                put(seen, item);
                return;
            }
        }
    }

    private void prepareReserved(int number) {
        try {
            slots.prepare(number);
        } catch (OutOfMemoryError none) {
            giveBack(1);
            throw none;
        }
    }

    /** Gives back slots that were reserved. */
    void giveBack(int n) {
        long before = (long) WORD.getAndAdd(this, -n * ONE_RESERVED);
        if ((before & ENDED) != 0 && reservedOf(before) == n) {
            wakeReceiver(); // there is nothing more to come
        }
        if (sendersWait) {
            serve();
        }
    }

    /** Ends the wait of a sender, and gives back what it was granted and has not used. */
    void giveUp(Waiter waiter) {
        if (waiter.state() == Waiter.OUT) {
            return;
        }
        boolean granted;
        senders.lock();
        try {
            granted = waiter.state() == Waiter.GRANTED;
            senders.giveUp(waiter);
            sendersWait = !senders.isEmpty();
            waiter.reset();
        } finally {
            senders.unlock();
        }
        if (granted) {
            giveBack(waiter.need);
        } else if (sendersWait) {
            serve(); // those behind it may need less
        }
    }

    /** The last sender has gone. */
    void abandon() {
        try {
            end(ABANDONED);
        } finally {
            wakeReceiver();
        }
    }

    private void put(long seen, T item) {
        // Read before the item is put: a poll that comes then has what it wants.
        Waker waker = (seen & WAITING) != 0 ? receiver : null;
        slots.put(sentOf(seen), item);
        if (waker != null) {
            waker.wake();
        }
    }

    private void wakeReceiver() {
        WORD.getAndBitwiseAnd(this, ~WAITING);
        receiver.wake();
    }

    /** Free slots, perhaps fewer than there are, but not fewer than wanted if those are there. */
    private int freeUpTo(long seen, int wanted) {
        int free = capacity - (usedOf(seen) - (int) takenSeen);
        if (free >= wanted) {
            return free;
        }
        long now = taken;
        TAKEN_SEEN.setRelease(this, now); // acquired above, so that a slot's emptying is handed on with the number
        return capacity - (usedOf(seen) - (int) now);
    }

    private int freeNow(long seen) {
        return capacity - (usedOf(seen) - (int) taken);
    }

    private boolean hasRoom(long seen, int n) {
        return freeNow(seen) >= n && canPromise(seen, n);
    }

    /** The word holds no more promises than this, which only a channel without a bound could make. */
    private static boolean canPromise(long seen, int n) {
        return reservedOf(seen) + n <= RESERVED_MASK;
    }

    /** Grants the head of the queue what it needs as long as there is room. */
    private void serve() {
        Wakes wakes = new Wakes();
        do {
            senders.lock();
            try {
                serve(wakes);
            } finally {
                senders.unlock();
            }
        } while (wakes.wake());
    }

    private void serve(Wakes wakes) {
        Waiter head = senders.first();
        while (head != null) {
            long seen = word;
            if ((seen & ENDED) != 0 || !hasRoom(seen, head.need) || !wakes.hasRoom()) {
                return;
            }
            if (WORD.compareAndSet(this, seen, seen + head.need * ONE_RESERVED)) {
                wakes.add(senders.notify(head, Waiter.GRANTED));
                head = senders.first();
            }
        }
        sendersWait = false;
    }

    private void end(long flags) {
        WORD.getAndBitwiseOr(this, flags);
        Wakes wakes = new Wakes();
        senders.lock();
        try {
            senders.notifyAll(Waiter.REFUSED, wakes);
            sendersWait = !senders.isEmpty(); // without memory to note them all
        } finally {
            senders.unlock();
        }
        try {
            closed.notifyWaiters();
        } finally {
            senders.wakeAll(Waiter.REFUSED, wakes);
        }
    }

    // ---- the receiver, one thread at a time ----

    /** Takes the next item if it is there. */
    @Nullable T take() {
        int number = (int) taken;
        T item = slots.take(number);
        if (item != null) {
            advance(1);
        }
        return item;
    }

    /** Takes the next item if its send has returned, waiting for sends that are half done. */
    @Nullable T takeSent() {
        for (int i = 0; ; i++) {
            T item = take();
            if (item != null || sentOf(word) == (int) taken) {
                return item;
            }
            Spin.pause(this, i);
        }
    }

    /** Takes the next item, or waits for it. Charges one operation when it has taken. */
    @Nullable T poll(Context cx) {
        if (!cx.charge()) {
            return null;
        }
        keep(cx.waker());
        T item = take();
        return item != null ? item : pollEmpty(cx);
    }

    /** Takes up to so many items for one charge and one pass over the senders that wait. Returns how many. */
    int pollMany(Context cx, Consumer<? super T> into, int limit) {
        if (!cx.charge()) {
            return 0;
        }
        keep(cx.waker());
        int number = (int) taken;
        int n = 0;
        try {
            for (T item; n < limit && (item = slots.take(number + n)) != null; ) {
                n++;
                into.accept(item);
            }
        } finally {
            if (n > 0) {
                advance(n);
            }
        }
        if (n == 0) {
            T item = pollEmpty(cx);
            if (item != null) {
                into.accept(item);
                return 1;
            }
        }
        return n;
    }

    private @Nullable T pollEmpty(Context cx) {
        for (int i = 0; ; ) {
            long seen = word;
            if (sentOf(seen) != (int) taken) {
                T item = take();
                if (item != null) {
                    return item;
                }
                if (++i > SPINS) {
                    cx.waker().wake();
                    break;
                }
                Thread.onSpinWait();
            } else if (isOver(seen) || waits(seen)) {
                break;
            }
        }
        cx.budget().refund();
        return null;
    }

    private void keep(Waker waker) {
        if (receiver != waker) { // a volatile write is dear
            receiver = waker;
        }
    }

    /** Sets WAITING; false if the word has changed since. */
    private boolean waits(long seen) {
        return (seen & WAITING) != 0 || WORD.compareAndSet(this, seen, seen | WAITING);
    }

    /** Nothing is there and nothing will come. */
    boolean isDone() {
        long seen = word;
        return sentOf(seen) == (int) taken && isOver(seen);
    }

    private static boolean isOver(long seen) {
        return (seen & DISCARD) != 0 || ((seen & ENDED) != 0 && reservedOf(seen) == 0);
    }

    /** Refuses senders from now on; what was sent or reserved may still be received. */
    void stop() {
        try {
            end(CLOSED);
        } finally {
            wakeReceiver(); // which may be polled by another thread
        }
    }

    /** Ends receiving and drops what is there. */
    void close() {
        try {
            end(CLOSED | DISCARD);
        } finally {
            receiver = Waker.noop();
            while (takeSent() != null) {
                // dropped, and what is half sent as well: after this nothing is there
            }
        }
    }

    private void advance(int n) {
        long now = taken + n; // nobody else writes it
        taken = now; // volatile, then look; partner of reserveOrWait()
        if (sendersWait) {
            serve();
        }
    }

    // ---- the word ----

    private static int sentOf(long word) {
        return (int) (word >>> 32);
    }

    private static int reservedOf(long word) {
        return (int) (word >>> RESERVED_SHIFT) & RESERVED_MASK;
    }

    private static int usedOf(long word) {
        return sentOf(word) + reservedOf(word);
    }

    private static ClosedException refused() {
        return new ClosedException("the channel is closed");
    }
}
