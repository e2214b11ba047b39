package dev.weir.io.driver;

import dev.weir.task.Context;
import dev.weir.task.WakerCell;
import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * One channel's place at a driver: who waits for which of its two directions, and the first error of either. It owns
 * the channel and is the only one to close it.
 *
 * <p>The channel is registered by the first wait, at the driver of the worker that waits, and stays there: a channel
 * that never blocks is never registered.
 *
 * <p>The protocol between a consumer and the sitter of the driver needs no lock; the interest set of the key is the
 * truth, and all steps are volatile, hence totally ordered:
 *
 * <pre>
 * consumer: 1 registers its waker        sitter: 1 takes the waker and wakes it; if there was none:
 *           2 arms interest, if absent           2 drops interest
 *                                                3 arms it again, if there is a waker now
 * </pre>
 *
 * Either consumer 2 comes after sitter 2 and arms, or sitter 3 comes after consumer 1 and arms. What is armed by
 * another thread while the sitter waits takes effect only when it is called back; what the sitter arms itself, in its
 * next select.
 */
public final class Registration {
    private static final int INWARD = SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
    private static final int OUTWARD = SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT;

    private final SelectableChannel channel;
    private final WakerCell inward = new WakerCell();
    private final WakerCell outward = new WakerCell();
    private final WakerCell barred = new WakerCell();
    private volatile @Nullable SelectionKey key;
    private volatile @Nullable NioDriver driver;
    private volatile @Nullable IOException failure;

    /** Creates the registration of a non-blocking channel, which from now on belongs to it. */
    public Registration(SelectableChannel channel) {
        this.channel = channel;
    }

    SelectableChannel channel() {
        return channel;
    }

    /**
     * Consumer: has the waker of the context woken at the next event. One consumer for each direction.
     *
     * @param op one of the operations of {@link SelectionKey}
     * @throws IOException if the channel has failed or is closed: nobody would be woken
     */
    public void await(int op, Context cx) throws IOException {
        if (!tryAwait(op, cx)) {
            cx.waker().wake();
        }
    }

    /**
     * Consumer: as {@link #await}, but wakes nobody if it has to be tried again.
     *
     * @return whether it waits; false while the driver has yet to forget an earlier registration of the channel
     * @throws IOException if the channel has failed or is closed: nobody would be woken
     */
    public boolean tryAwait(int op, Context cx) throws IOException {
        cell(op).register(cx.waker());
        check();
        NioDriver home = driver;
        if (home == null) {
            home = enroll(cx);
        }
        if (home == null) {
            return false;
        }
        if (arm(op)) {
            home.refresh();
        }
        return true;
    }

    /** Consumer: tells whether the event it waits for has not come yet, so that trying would be in vain. */
    public boolean isAwaited(int op) {
        return cell(op).isRegistered();
    }

    /**
     * Consumer of the inward direction: waits for leave to read, which no event gives, and is woken if the channel fails
     * or is closed before. Interest that is still armed wakes it not: it would again and again.
     *
     * @throws IOException if the channel has failed or is closed: nobody would be woken
     */
    public void awaitFailure(Context cx) throws IOException {
        barred.register(cx.waker());
        check();
    }

    /** Consumer: waits no more; the next event finds nobody and drops the interest. */
    public void forget(int op) {
        cell(op).clear();
        if ((op & INWARD) != 0) {
            barred.clear();
        }
    }

    /**
     * Consumer: waits no more, and for nothing of this kind again: its interest is dropped at once. No event would do
     * that once it means nothing to the channel, whose descriptor may be ready all the same.
     */
    public void disarm(int op) {
        forget(op);
        SelectionKey seen = key;
        if (seen != null) {
            try {
                seen.interestOpsAnd(~op);
            } catch (CancelledKeyException e) {
                // Closed, or moved to a new selector, where nothing is armed but by who waits.
            }
        }
    }

    private WakerCell cell(int op) {
        return (op & INWARD) != 0 ? inward : outward;
    }

    /** Returns the driver; null if it has yet to forget an earlier registration of the channel, and is about to. */
    private synchronized @Nullable NioDriver enroll(Context cx) throws IOException {
        NioDriver home = driver;
        if (home == null) {
            check(); // under the lock of close(), which tells the driver of a closed channel if there is one
            home = cx.service(NioDriver.class).forChannel(channel);
            try {
                home.register(this);
            } catch (CancelledKeyException e) {
                home.refresh();
                return null;
            }
            driver = home;
        }
        return home;
    }

    /** Tells whether interest was absent. */
    private boolean arm(int op) throws IOException {
        for (; ; ) {
            SelectionKey seen = key;
            try {
                if (seen == null || (seen.interestOps() & op) != 0) {
                    return false;
                }
                seen.interestOpsOr(op);
                return true;
            } catch (CancelledKeyException e) {
                if (seen == key) { // otherwise the driver has moved to a new selector
                    check();
                    throw new ClosedChannelException();
                }
            }
        }
    }

    /** Driver, under its lock: this is the key from now on. */
    void attach(SelectionKey key) {
        this.key = key;
    }

    /** Sitter: the key has events. */
    void dispatch(SelectionKey key) {
        try {
            int ready = key.readyOps();
            if ((ready & INWARD) != 0) {
                dispatch(key, inward, ready & INWARD);
            }
            if ((ready & OUTWARD) != 0) {
                dispatch(key, outward, ready & OUTWARD);
            }
        } catch (CancelledKeyException e) {
            wake(); // closed by another thread at this moment: whoever waits will see it
        }
    }

    private static void dispatch(SelectionKey key, WakerCell cell, int ops) {
        if ((ops & SelectionKey.OP_CONNECT) != 0) {
            // A connected channel reports no such event, but its descriptor stays ready: left armed, select would spin.
            // Not armed again below: the waiter that is there by then may be the writer of a connection just made.
            key.interestOpsAnd(~SelectionKey.OP_CONNECT);
        }
        if (!cell.wake()) {
            int dropped = ops & ~SelectionKey.OP_CONNECT;
            key.interestOpsAnd(~dropped);
            if (cell.isRegistered()) {
                key.interestOpsOr(dropped);
            }
        }
    }

    /** Wakes whoever waits, for whichever direction; one that cannot be woken keeps no other from it. */
    void wake() {
        try {
            inward.wake();
        } finally {
            try {
                outward.wake();
            } finally {
                barred.wake();
            }
        }
    }

    /**
     * Throws the failure of the channel, if it has failed or is closed.
     *
     * @throws IOException the first failure
     */
    public void check() throws IOException {
        IOException first = failure;
        if (first != null) {
            throw first;
        }
    }

    /** Returns the first failure, or the reason of the close. */
    public @Nullable IOException failure() {
        return failure;
    }

    /**
     * Closes the channel, unless it is closed, and wakes whoever waits. Any thread. The reason is what both directions
     * throw from now on, unless there was one before. Nobody comes to do what was left out here, so none of its steps is,
     * whatever the one before has thrown.
     *
     * <p>The descriptor of a channel that has waited comes back at the driver's next look: soon after where its thread
     * waits, and on a current-thread runtime that nobody drives not before somebody does.
     *
     * @return the first reason
     */
    public IOException close(IOException reason) {
        NioDriver home;
        IOException first;
        synchronized (this) {
            first = failure;
            if (first != null) {
                return first;
            }
            failure = reason;
            home = driver;
        }
        try {
            // Before the close: the events of a channel that is half closed make the JDK's select return at once with
            // nothing, again and again until the key is cancelled.
            cancelKey();
        } finally {
            try {
                channel.close();
            } catch (IOException e) {
                // Nothing is left to be done: the system gives the descriptor back also when it reports an error.
                reason.addSuppressed(e);
            } finally {
                callBackAndWake(home);
            }
        }
        return reason;
    }

    private void cancelKey() {
        SelectionKey cancelled = key;
        if (cancelled != null) {
            cancelled.cancel();
        }
    }

    /** The descriptor, or the channel, comes back when the next select has dropped the key. */
    private void callBackAndWake(@Nullable NioDriver home) {
        try {
            if (home != null) {
                home.refresh();
            }
        } finally {
            wake();
        }
    }

    /**
     * Gives the channel back, unless it is closed, and wakes whoever waits: as {@link #close}, but the channel stays
     * open. Any thread.
     */
    public void release(IOException reason) {
        NioDriver home;
        synchronized (this) {
            if (failure != null) {
                return;
            }
            failure = reason;
            home = driver;
        }
        try {
            cancelKey();
        } finally {
            callBackAndWake(home);
        }
    }

    @Override
    public String toString() {
        return "Registration[" + channel + "]";
    }
}
