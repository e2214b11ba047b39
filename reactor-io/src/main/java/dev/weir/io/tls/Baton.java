package dev.weir.io.tls;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Who works on a connection: one at a time, and nobody waits for a turn. Who comes while another works is woken when
 * that one is done; who closes leaves the closing to it.
 *
 * <pre>
 * event \ state   free                held                        held, something to close
 * take            held, <em>work</em>          +waits, <em>be woken</em>             +waits, <em>be woken</em>
 * ask             held, <em>close it</em>      +asked                      +asked
 * leave           -                   free, <em>wake who waits</em>        held, <em>close it, leave again</em>
 * </pre>
 *
 * <p>The word orders all that is done by turns: what one holder wrote the next one sees.
 */
final class Baton {
    /** Those who work. */
    static final int READER = 1;

    static final int WRITER = 1 << 1;
    static final int SHAKER = 1 << 2;
    static final int ALL = READER | WRITER | SHAKER;

    /** What is asked for. */
    static final int CLOSE_READER = 1 << 3;

    static final int CLOSE_WRITER = 1 << 4;
    /** The writer was closed with bytes in hand. */
    static final int BREAK_OFF = 1 << 5;

    static final int CLOSE_ALL = 1 << 6;

    private static final int ASKED = CLOSE_READER | CLOSE_WRITER | BREAK_OFF | CLOSE_ALL;
    private static final int HELD = 1 << 7;

    private final AtomicInteger word = new AtomicInteger();

    /** Tells whether the caller holds it now; otherwise it will be named by the holder's {@link #leave}. */
    boolean take(int who) {
        return (word.getAndUpdate(was -> (was & HELD) == 0 ? was | HELD : was | who) & HELD) == 0;
    }

    /** Has something closed; tells whether the caller holds the baton now, and does it by leaving. */
    boolean ask(int what) {
        return (word.getAndUpdate(was -> was | what | HELD) & HELD) == 0;
    }

    /**
     * Leaves, unless something is to be closed before.
     *
     * @return what is to be closed, or who is to be woken: see {@link #isAsked}
     */
    int leave() {
        int was = word.getAndUpdate(now -> (now & ASKED) != 0 ? now & ~ASKED : 0);
        return (was & ASKED) != 0 ? was & ASKED : was & ~HELD;
    }

    static boolean isAsked(int answer) {
        return (answer & ASKED) != 0;
    }

    @Override
    public String toString() {
        return "Baton[" + Integer.toBinaryString(word.get()) + "]";
    }
}
