package dev.weir.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which of many children are worth polling: a bit for each, set by that child's waker. An owner that merges children
 * polls only those whose bit is set, so a poll costs O(ready) and not O(all).
 *
 * <p>Bits stand in words of 64; a second level has a bit for each word that may hold one. All calls belong to the
 * owner's polling thread; the wakers may be woken from anywhere. Children are taken in rounds: one that is marked again
 * waits until all that were ready have had their turn. What the owner marks itself it keeps to itself, so a child that
 * goes on and on costs no exchange with others.
 *
 * <p>Memory is for as many children as there have been, not for the capacity: it grows with the highest number that was
 * marked or given a waker, and does not shrink.
 *
 * <pre>
 * field                        written by                              read by
 * a word                       wakers: a bit more; owner: 0            owner, after the summary
 * a summary                    wakers, after the word; owner: 0        owner
 * parent                       owner                                   wakers, after the word
 * segment and bit of a waker   owner, before anybody has the waker     that waker: final
 * wakers, segments, round,     the owner's own, also when they grow
 * marks, cursor
 * </pre>
 *
 * A word never moves: it stands in a segment of {@value #SEGMENT} children, which is added whole, before the first of
 * their wakers is made, and kept. So what a waker may write the owner has already in its list.
 */
public final class ReadySet {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** The parent of a set whose owner has no children any more. */
    private static final Waker RETIRED = () -> {};

    private static final int SEGMENT = 64 * 64;

    /** For so many children there is memory from the beginning. */
    private static final int FEW = 8;

    private final int capacity;
    private @Nullable Waker[] wakers = {};
    /**
     * Of each segment its summary and then its words. A word has a bit a child, set by wakers and taken by the owner; the
     * summary a bit a word, set after the word by whoever made it non-zero, taken before the word by the owner.
     */
    private long[][] segments = {};
    /** The owner's round, a bit a child: bits taken and not yet handed out. */
    private long[] round = {};
    /** Bits that the owner has set, for the next round. */
    private long[] marks = {};

    private boolean marked;

    private int cursor;
    /** The context in which a child was polled last. */
    private @Nullable Context context;

    private volatile Waker parent = Waker.noop();

    /**
     * Creates a set in which nothing is ready.
     *
     * @param capacity the number of children, at least 1
     */
    public ReadySet(int capacity) {
        if (capacity < 1) {
            throw new IllegalArgumentException("capacity must be at least 1, was " + capacity);
        }
        this.capacity = capacity;
        growTo(Math.min(capacity, FEW));
    }

    public int capacity() {
        return capacity;
    }

    /** Returns the waker of a child: it sets the child's bit and wakes the registered parent. */
    public Waker waker(int child) {
        reach(child);
        Waker waker = wakers[child];
        if (waker == null) {
            waker = new ChildWaker(segments[child / SEGMENT], child);
            wakers[child] = waker;
        }
        return waker;
    }

    /** Makes sure that there is memory for a child. */
    private void reach(int child) {
        if (child >= wakers.length) {
            Objects.checkIndex(child, capacity);
            growTo((int) Math.min(capacity, Math.max(child + 1L, 2L * wakers.length)));
        }
    }

    private void growTo(int children) {
        long[][] longer = Arrays.copyOf(segments, (children - 1) / SEGMENT + 1);
        for (int s = segments.length; s < longer.length; s++) {
            int places = Math.min(SEGMENT, capacity - s * SEGMENT);
            longer[s] = new long[1 + words(places)];
        }
        long[] longerRound = Arrays.copyOf(round, words(children));
        long[] longerMarks = Arrays.copyOf(marks, words(children));
        wakers = Arrays.copyOf(wakers, children);
        segments = longer;
        round = longerRound;
        marks = longerMarks;
    }

    /** How many words there are for so many children, of which there is one at least. */
    private static int words(int children) {
        return 1 + ((children - 1) >>> 6);
    }

    /**
     * Returns the context for a poll of a child: the owner's, but with the waker of that child. Valid until the next
     * call.
     */
    public Context context(int child, Context cx) {
        context = cx.withWaker(waker(child), context);
        return context;
    }

    /** Sets who is woken when a child is; to be called before {@link #next()} in each poll (law S2). */
    public void register(Waker parent) {
        if (this.parent != parent) {
            this.parent = Objects.requireNonNull(parent, "parent");
        }
    }

    /** Makes a child ready for the next round without waking the parent: for new children and unfinished ones. */
    public void mark(int child) {
        reach(child);
        marks[child >>> 6] |= 1L << child;
        marked = true;
    }

    /** Takes a ready child, or returns -1 if there is none now. */
    public int next() {
        int child = takeFromRound();
        return child < 0 && refill() ? takeFromRound() : child;
    }

    /**
     * As {@link #next()}, but without budget the rest of the round waits for the next turn, to which the task is woken:
     * else the last of a round would be passed over in each turn by those that use up the budget.
     */
    public int next(Context cx) {
        return next(cx, () -> false);
    }

    /**
     * As above.
     *
     * @param over tells that the children are to be taken all the same, as what is left of them costs nothing
     */
    public int next(Context cx, BooleanSupplier over) {
        if (cx.budget().isExhausted() && !isEmpty() && !over.getAsBoolean()) {
            cx.waker().wake();
            return -1;
        }
        return next();
    }

    /** Tells whether {@link #next()} would find a child. */
    public boolean isEmpty() {
        if (marked) {
            return false;
        }
        for (int w = cursor; w < round.length; w++) {
            if (round[w] != 0) {
                return false;
            }
        }
        for (long[] segment : segments) {
            if ((long) WORD.getVolatile(segment, 0) != 0) {
                return false;
            }
        }
        return true;
    }

    private int takeFromRound() {
        for (; cursor < round.length; cursor++) {
            long bits = round[cursor];
            if (bits != 0) {
                round[cursor] = bits & (bits - 1);
                return (cursor << 6) + Long.numberOfTrailingZeros(bits);
            }
        }
        return -1;
    }

    /** Once the round is over, all its bits handed out. */
    private boolean refill() {
        boolean found = marked;
        if (marked) {
            long[] over = round;
            round = marks;
            marks = over;
            marked = false;
        }
        for (int s = 0; s < segments.length; s++) {
            long[] segment = segments[s];
            if ((long) WORD.getVolatile(segment, 0) == 0) {
                continue;
            }
            // Partner of set(): summary before word here, word before summary there.
            for (long some = (long) WORD.getAndSet(segment, 0, 0L); some != 0; some &= some - 1) {
                int w = Long.numberOfTrailingZeros(some);
                long bits = (long) WORD.getAndSet(segment, 1 + w, 0L);
                round[(s << 6) + w] |= bits;
                found |= bits != 0;
            }
        }
        cursor = found ? 0 : cursor;
        return found;
    }

    private static void set(long[] segment, int child) {
        int w = (child >>> 6) & 63;
        // Whoever makes the word non-zero owes the summary bit. Another child of the word may wake the parent before
        // that bit is there; the parent then looks again at the wake of the one that owed it.
        if ((long) WORD.getAndBitwiseOr(segment, 1 + w, 1L << child) == 0) {
            WORD.getAndBitwiseOr(segment, 0, 1L << w);
        }
    }

    /** The owner closes its children: who still has a waker of this set may forget it. Last of all calls. */
    public void retire() {
        parent = RETIRED;
    }

    /** The waker of a child. */
    final class ChildWaker implements Waker {
        private final long[] segment;
        private final int child;

        private ChildWaker(long[] segment, int child) {
            this.segment = segment;
            this.child = child;
        }

        @Override
        public void wake() {
            set(segment, child);
            parent.wake();
        }

        /** Tells whether a wake would do nothing any more. */
        boolean isRetired() {
            return parent == RETIRED;
        }
    }
}
