package dev.weir.time;

import org.jspecify.annotations.Nullable;

/**
 * A hierarchical timer wheel (Varghese and Lauck, 1987): pure arithmetic on ticks since its own start, without a clock
 * and without a lock. Its owner guards it.
 *
 * <p>A slot of level 0 is one tick wide; a slot of each further level is as wide as the whole level below. A timer is
 * filed on the level of the highest group of six bits in which its tick differs from the current one, so every level
 * below the top holds only timers of the slot in which the level above stands. Hence the lowest occupied level has the
 * next expiry, and the slot in which a level stands is empty. Only the top level goes round: what lies {@code 2^36}
 * ticks ahead or more waits there and is filed again each time its slot comes by.
 *
 * <p>Insert and remove are O(1). A timer moves down at most once a level before it expires. One whose tick moves ahead
 * while it is filed stays where it is, and is filed again when its slot comes.
 *
 * @param <E> the type of the timers
 */
final class TimerWheel<E extends WheelEntry> {
    /** The answer of {@link #nextTick()} for an empty wheel. */
    static final long NEVER = Long.MAX_VALUE;

    /** The list of what is in no wheel. */
    static final int NOWHERE = -1;

    private static final int LEVELS = 6;
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;

    /** The list behind those of the slots: timers that have expired and were not taken yet. */
    private static final int DUE = LEVELS * SLOTS;

    /** Circular lists, first in first out; the last one of a list is {@code head.previous}. */
    private final @Nullable WheelEntry[] heads = new @Nullable WheelEntry[DUE + 1];
    /** A bit for each slot of a level that has timers. */
    private final long[] occupied = new long[LEVELS];

    private long now;
    private int size;
    private int due;

    /** Files a timer that is in no wheel. One whose tick has come already is due at once. */
    void insert(E timer) {
        size++;
        file(timer);
    }

    /** Takes out a timer of this wheel, expired or not. */
    void remove(WheelEntry timer) {
        int list = timer.list;
        WheelEntry next = timer.next;
        WheelEntry previous = timer.previous;
        if (next == null || previous == null) {
            throw new IllegalArgumentException("timer must be filed here, was " + timer);
        }
        if (next == timer) {
            heads[list] = null;
            if (list != DUE) {
                occupied[list >>> BITS] &= ~(1L << list);
            }
        } else {
            previous.next = next;
            next.previous = previous;
            if (heads[list] == timer) {
                heads[list] = next;
            }
        }
        if (list == DUE) {
            due--;
        }
        timer.next = null; // what was removed keeps nothing alive
        timer.previous = null;
        timer.list = NOWHERE;
        size--;
    }

    /**
     * Moves on to a tick, never back. Timers expire in the order of their ticks, and in the order of filing within
     * one tick.
     */
    void advance(long to) {
        for (int level = lowestOccupied(); level < LEVELS; level = lowestOccupied()) {
            long tick = nextSlotTick(level);
            if (tick > to) {
                break;
            }
            now = tick;
            refile(level);
        }
        now = Math.max(now, to);
    }

    /** Lets every timer expire at once, which {@link #advance} does turn by turn. None may be beyond the tick. */
    void expireAll(long last) {
        now = Math.max(now, last);
        for (int level = lowestOccupied(); level < LEVELS; level = lowestOccupied()) {
            refileList(level * SLOTS + Long.numberOfTrailingZeros(occupied[level]));
        }
    }

    /** Takes the timer that expired first; only if one is {@linkplain #due() due}. */
    @SuppressWarnings("unchecked") // only such were inserted
    E takeDue() {
        WheelEntry timer = heads[DUE];
        if (timer == null) {
            throw new IllegalStateException("no timer is due");
        }
        remove(timer);
        return (E) timer;
    }

    /** Takes one of the {@link #firstDue()} timers that expired first, counted from 0 in the order of their filing. */
    @SuppressWarnings("unchecked") // only such were inserted
    E takeDue(int place) {
        WheelEntry timer = heads[DUE];
        for (int left = place; left > 0 && timer != null; left--) {
            timer = timer.next;
        }
        if (timer == null || place >= firstDue()) {
            throw new IndexOutOfBoundsException("place must be below " + firstDue() + ", was " + place);
        }
        remove(timer);
        return (E) timer;
    }

    /** Returns how many timers at the head of those that are due share one tick. */
    int firstDue() {
        WheelEntry first = heads[DUE];
        if (first == null) {
            return 0;
        }
        int count = 1;
        WheelEntry timer = first.next;
        while (timer != null && timer != first && timer.tick() == first.tick()) {
            count++;
            timer = timer.next;
        }
        return count;
    }

    /** Returns the timer with the earliest tick; null if there is none. Looks at all timers of one slot, or of the top level. */
    @SuppressWarnings("unchecked") // only such were inserted
    @Nullable E earliest() {
        if (due > 0) {
            return (E) heads[DUE];
        }
        int level = lowestOccupied();
        if (level == LEVELS) {
            return null;
        }
        WheelEntry earliest = null;
        int from = level * SLOTS;
        int slot = (int) (nextSlotTick(level) >>> (BITS * level)) & (SLOTS - 1);
        for (int i = 0; i < (level == LEVELS - 1 ? SLOTS : 1); i++) { // the top level goes round
            earliest = earlier(earliest, heads[from + ((slot + i) & (SLOTS - 1))]);
        }
        return (E) earliest;
    }

    private static @Nullable WheelEntry earlier(@Nullable WheelEntry best, @Nullable WheelEntry list) {
        WheelEntry earliest = best;
        WheelEntry timer = list;
        while (timer != null) {
            if (earliest == null || timer.tick() < earliest.tick()) {
                earliest = timer;
            }
            timer = timer.next == list ? null : timer.next;
        }
        return earliest;
    }

    /** Takes all timers out. */
    void clear() {
        for (WheelEntry head : heads.clone()) {
            WheelEntry timer = head;
            while (timer != null) {
                WheelEntry next = timer.next == timer ? null : timer.next;
                remove(timer);
                timer = next;
            }
        }
    }

    /**
     * Returns the tick at which {@link #advance} next has something to do: the current tick if a timer is due, {@link
     * #NEVER} if there is no timer. It may lie before the earliest timer (then that timer moves down a level), never
     * after it.
     */
    long nextTick() {
        if (due > 0) {
            return now;
        }
        int level = lowestOccupied();
        return level < LEVELS ? nextSlotTick(level) : NEVER;
    }

    /** Returns the tick to which this was advanced. */
    long now() {
        return now;
    }

    /** Returns the number of timers, including those that are due. */
    int size() {
        return size;
    }

    /** Returns the number of expired timers that were not taken yet. */
    int due() {
        return due;
    }

    private int lowestOccupied() {
        int level = 0;
        while (level < LEVELS && occupied[level] == 0) {
            level++;
        }
        return level;
    }

    /** Returns when the next occupied slot of a level begins; the slot in which the level stands is a turn ahead. */
    private long nextSlotTick(int level) {
        long slot = now >>> (BITS * level);
        int ahead = 1 + Long.numberOfTrailingZeros(Long.rotateRight(occupied[level], (int) (slot + 1)));
        return (slot + ahead) << (BITS * level);
    }

    /** Empties the slot that begins now: its timers expire or move down, far ones stay for another turn. */
    private void refile(int level) {
        int slot = (int) (now >>> (BITS * level)) & (SLOTS - 1);
        refileList(level * SLOTS + slot);
    }

    private void refileList(int list) {
        WheelEntry first = heads[list];
        heads[list] = null;
        occupied[list >>> BITS] &= ~(1L << list);
        WheelEntry timer = first;
        while (timer != null) {
            WheelEntry next = timer.next;
            file(timer);
            timer = next == first ? null : next;
        }
    }

    private void file(WheelEntry timer) {
        long tick = timer.tick(); // once: it may move at any moment
        if (tick <= now) {
            due++;
            append(timer, DUE);
            return;
        }
        // the lowest group counts even if equal, and all beyond the top level counts as the top level
        long differing = Math.min((now ^ tick) | (SLOTS - 1), (1L << (BITS * LEVELS)) - 1);
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(differing)) / BITS;
        int slot = (int) (tick >>> (BITS * level)) & (SLOTS - 1);
        occupied[level] |= 1L << slot;
        append(timer, level * SLOTS + slot);
    }

    private void append(WheelEntry timer, int list) {
        WheelEntry head = heads[list];
        timer.list = list;
        if (head == null) {
            heads[list] = timer;
            timer.next = timer;
            timer.previous = timer;
        } else {
            WheelEntry last = head.previous;
            timer.next = head;
            timer.previous = last;
            head.previous = timer;
            if (last != null) { // never null in a list
                last.next = timer;
            }
        }
    }
}
