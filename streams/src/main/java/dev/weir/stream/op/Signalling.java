package dev.weir.stream.op;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.task.Waker;
import org.jspecify.annotations.Nullable;

/**
 * A source of which only one word is wanted: that it has an item, or has ended. It is heard also while nothing is asked
 * for: whoever wakes it wakes the owner as well, and a look ({@link #isOver}) polls it if it has woken since, on a small
 * budget of its own. Its waker is the same in all polls, so a look takes none away.
 *
 * <pre>
 * event \ state    NEW                  WAITING          ROUSED               OVER
 * woken            -                    ROUSED, *wake*   *wake*               *wake*
 * poll by owner    WAITING, then *poll* -                WAITING, then *poll* answers or throws
 * look             -                    -                WAITING, then *poll* -
 *
 * a poll of the source that gives an item, completes or throws: OVER
 * </pre>
 *
 * <p>Whoever wakes writes that it has, then reads the owner's waker; the owner writes its waker, then reads whether it was.
 */
final class Signalling {
    /** Of a look: what is not done with it wakes for another. With one, a merge would open sources and ask none of them. */
    private static final int STEPS = 16;

    private final Source<?> source;
    private final Waker rouse = this::rouse;
    private volatile boolean roused = true;
    private volatile @Nullable Waker owner;
    /** Null in NEW. */
    private @Nullable Host lender;

    private boolean over;
    private @Nullable Throwable failure;

    Signalling(Source<?> source) {
        this.source = source;
    }

    /**
     * Asks the source, if it may have something.
     *
     * @return true if it has given an item or completed
     * @throws Exception if it has failed
     */
    boolean isOver(Context cx) throws Exception {
        lender = cx.host();
        if (owner != cx.waker()) {
            owner = cx.waker();
        }
        ask(cx);
        Failures.rethrow(failure);
        return over;
    }

    /** Tells whether a poll will say that it is over or throw; asks the source, if it has woken. */
    boolean isOver() {
        Host host = lender;
        if (!over && roused && host != null) {
            ask(new Context(host, STEPS));
        }
        return isKnown();
    }

    /** As {@link #isOver()}, without asking. */
    boolean isKnown() {
        return over || source.isDone();
    }

    private void ask(Context cx) {
        if (over || !(roused || source.isDone())) {
            return;
        }
        roused = false;
        Context own = cx.withWaker(rouse);
        try {
            over = source.poll(own) != null || Ending.completed(source, own);
        } catch (Throwable thrown) {
            failure = thrown;
            over = true;
        }
    }

    private void rouse() {
        roused = true;
        Waker waiting = owner;
        if (waiting != null) {
            waiting.wake();
        }
    }

    void close() {
        owner = null;
        source.close();
    }
}
