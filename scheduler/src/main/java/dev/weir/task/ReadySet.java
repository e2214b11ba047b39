package dev.weir.task;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
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
 */
public final class ReadySet {
    private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

    /** The parent of a set whose owner has no children any more. */
    private static final Waker RETIRED = () -> {};

    private final @Nullable Waker[] wakers;
    /** A bit a child. Set by wakers, taken word by word by the owner. */
    private final long[] words;
    /** A bit a word; set after the word by whoever made it non-zero, taken before the word by the owner. */
    private final long[] summary;
    /** The owner's round: bits taken and not yet handed out. */
    private long[] round;
    /** Bits that the owner has set, for the next round. */
    private long[] marks;

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
        wakers = new @Nullable Waker[capacity];
        words = new long[(capacity + 63) >>> 6];
        round = new long[words.length];
        marks = new long[words.length];
        summary = new long[(words.length + 63) >>> 6];
    }

    public int capacity() {
        return wakers.length;
    }

    /** Returns the waker of a child: it sets the child's bit and wakes the registered parent. */
    public Waker waker(int child) {
        Waker waker = wakers[child];
        if (waker == null) {
            waker = new ChildWaker(child);
            wakers[child] = waker;
        }
        return waker;
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
        Objects.checkIndex(child, wakers.length);
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
        for (int s = 0; s < summary.length; s++) {
            if ((long) WORD.getVolatile(summary, s) != 0) {
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
        for (int s = 0; s < summary.length; s++) {
            if ((long) WORD.getVolatile(summary, s) == 0) {
                continue;
            }
            // Partner of set(): summary before word here, word before summary there.
            for (long some = (long) WORD.getAndSet(summary, s, 0L); some != 0; some &= some - 1) {
                int w = (s << 6) + Long.numberOfTrailingZeros(some);
                round[w] |= (long) WORD.getAndSet(words, w, 0L);
                found |= round[w] != 0;
            }
        }
        cursor = found ? 0 : cursor;
        return found;
    }

    private void set(int child) {
        int w = child >>> 6;
        // Whoever makes the word non-zero owes the summary bit. Another child of the word may wake the parent before
        // that bit is there; the parent then looks again at the wake of the one that owed it.
        if ((long) WORD.getAndBitwiseOr(words, w, 1L << child) == 0) {
            WORD.getAndBitwiseOr(summary, w >>> 6, 1L << w);
        }
    }

    /** The owner closes its children: who still has a waker of this set may forget it. Last of all calls. */
    public void retire() {
        parent = RETIRED;
    }

    /** The waker of a child. */
    final class ChildWaker implements Waker {
        private final int child;

        private ChildWaker(int child) {
            this.child = child;
        }

        @Override
        public void wake() {
            set(child);
            parent.wake();
        }

        /** Tells whether a wake would do nothing any more. */
        boolean isRetired() {
            return parent == RETIRED;
        }
    }
}
