package dev.weir.time;

import java.util.Objects;
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
 * <p>Insert and remove are O(1). A timer moves down at most once a level before it expires.
 */
final class TimerWheel {
    /** The answer of {@link #nextTick()} for an empty wheel. */
    static final long NEVER = Long.MAX_VALUE;

    private static final int LEVELS = 6;
    private static final int BITS = 6;
    private static final int SLOTS = 1 << BITS;

    /** The list behind those of the slots: timers that have expired and were not taken yet. */
    private static final int DUE = LEVELS * SLOTS;

    /** Circular lists, first in first out; the last one of a list is {@code head.previous}. */
    private final @Nullable Timer[] heads = new @Nullable Timer[DUE + 1];
    /** A bit for each slot of a level that has timers. */
    private final long[] occupied = new long[LEVELS];

    private long now;
    private int size;
    private int due;

    /** Files a timer that is in no wheel. A tick that has come already is due at once. */
    void insert(Timer timer, long tick) {
        timer.tick = Math.max(tick, now);
        size++;
        file(timer);
    }

    /** Takes out a timer of this wheel, expired or not. */
    void remove(Timer timer) {
        int list = timer.list;
        if (timer.next == timer) {
            heads[list] = null;
            if (list != DUE) {
                occupied[list >>> BITS] &= ~(1L << list);
            }
        } else {
            timer.previous.next = timer.next;
            timer.next.previous = timer.previous;
            if (heads[list] == timer) {
                heads[list] = timer.next;
            }
        }
        if (list == DUE) {
            due--;
        }
        timer.next = timer;
        timer.previous = timer;
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

    /** Takes the timer that expired first; only if one is {@linkplain #due() due}. */
    Timer takeDue() {
        Timer timer = Objects.requireNonNull(heads[DUE], "no timer is due");
        remove(timer);
        return timer;
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
        int list = level * SLOTS + slot;
        Timer first = heads[list];
        heads[list] = null;
        occupied[level] &= ~(1L << slot);
        Timer timer = first;
        while (timer != null) {
            Timer next = timer.next;
            file(timer);
            timer = next == first ? null : next;
        }
    }

    private void file(Timer timer) {
        if (timer.tick <= now) {
            due++;
            append(timer, DUE);
            return;
        }
        // the lowest group counts even if equal, and all beyond the top level counts as the top level
        long differing = Math.min((now ^ timer.tick) | (SLOTS - 1), (1L << (BITS * LEVELS)) - 1);
        int level = (Long.SIZE - 1 - Long.numberOfLeadingZeros(differing)) / BITS;
        int slot = (int) (timer.tick >>> (BITS * level)) & (SLOTS - 1);
        occupied[level] |= 1L << slot;
        append(timer, level * SLOTS + slot);
    }

    private void append(Timer timer, int list) {
        Timer head = heads[list];
        timer.list = list;
        if (head == null) {
            heads[list] = timer;
            timer.next = timer;
            timer.previous = timer;
        } else {
            timer.next = head;
            timer.previous = head.previous;
            head.previous.next = timer;
            head.previous = timer;
        }
    }
}
