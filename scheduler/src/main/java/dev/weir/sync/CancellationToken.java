package dev.weir.sync;

import dev.weir.sync.WaitList.Waiter;
import dev.weir.sync.WaitList.Wakes;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tells tasks that they are to stop. Cancelling a token cancels its children and theirs, never its parent. What a task
 * does about it is its own affair; a task that is not to be asked is cancelled by its handle.
 *
 * <pre>{@code
 * CancellationToken server = new CancellationToken();
 * CancellationToken request = server.child();
 * JoinHandle<String> answer = runtime.spawn(request.runUntilCancelled(work));
 * server.cancel(); // the request, too: its answer is null
 * }</pre>
 *
 * <p>A token keeps its parent alive and not its children: a child that nobody refers to any more, waiting or holding it, is
 * forgotten, so tokens can be made by the million for requests and need not be closed.
 *
 * <p>All who wait on a token and on its descendants are woken after all of those have become cancelled. All methods may be
 * called from any thread.
 */
public final class CancellationToken {
    private final WaitList waiters = new WaitList();

    /** Keeps the chain up to the root alive: a cancel comes down through it. */
    @SuppressWarnings("unused")
    private final @Nullable CancellationToken parent;

    /** Guarded by the lock of the waiters, as are the links and the queue. */
    private @Nullable Child children;

    private @Nullable ReferenceQueue<CancellationToken> forgotten;

    /** Set under the lock, never back. */
    private volatile boolean cancelled;

    /** Creates a root. */
    public CancellationToken() {
        this(null);
    }

    private CancellationToken(@Nullable CancellationToken parent) {
        this.parent = parent;
    }

    /** Returns a token that is cancelled with this one, or by itself; cancelled at once if this one is. */
    public CancellationToken child() {
        CancellationToken child = new CancellationToken(this);
        waiters.lock();
        try {
            if (cancelled) {
                child.cancelled = true;
            } else {
                adopt(child);
            }
        } finally {
            waiters.unlock();
        }
        return child;
    }

    private void adopt(CancellationToken child) {
        if (forgotten == null) {
            forgotten = new ReferenceQueue<>();
        }
        for (Object gone = forgotten.poll(); gone != null; gone = forgotten.poll()) {
            unlink((Child) gone);
        }
        Child link = new Child(child, forgotten);
        link.next = children;
        if (children != null) {
            children.previous = link;
        }
        children = link;
    }

    private void unlink(Child link) {
        if (link.previous == null) {
            children = link.next;
        } else {
            link.previous.next = link.next;
        }
        if (link.next != null) {
            link.next.previous = link.previous;
        }
    }

    /** Cancels this token and all below it, also if another thread is about to. Idempotent. */
    public void cancel() {
        Wakes wakes = new Wakes();
        List<CancellationToken> tree = new ArrayList<>(); // may be deeper than a stack
        tree.add(this);
        try {
            for (int i = 0; i < tree.size(); i++) {
                tree.get(i).cancelOne(wakes, tree); // may throw, out of memory: then who cancels again goes all the way
            }
            tree.forEach(
                    CancellationToken::forgetChildren); // not before: who cancels beside this one goes down by them
        } finally {
            while (wakes.wake()) {
                for (CancellationToken token : tree) {
                    token.waiters.note(Waiter.GRANTED, wakes);
                }
            }
        }
    }

    private void cancelOne(Wakes wakes, List<CancellationToken> tree) {
        waiters.lock();
        try {
            cancelled = true;
            for (Child link = children; link != null; link = link.next) {
                CancellationToken child = link.get();
                if (child != null) {
                    tree.add(child);
                }
            }
            waiters.notifyAll(Waiter.GRANTED, wakes);
        } finally {
            waiters.unlock();
        }
    }

    private void forgetChildren() {
        waiters.lock();
        try {
            children = null;
            forgotten = null;
        } finally {
            waiters.unlock();
        }
    }

    public boolean isCancelled() {
        return cancelled;
    }

    /** Waits until this is cancelled. Charges no budget. Cancel safety: nothing is lost by giving up. */
    public Pollable<@Nullable Void> cancelled() {
        return new Cancelled(this);
    }

    /**
     * Runs a computation until this is cancelled. It is looked at first: a computation is not begun, or gone on with, when
     * this is cancelled. Closing the result closes the computation.
     *
     * @return a pollable that is ready with the result, or with null if this was cancelled before there was one
     */
    public <T extends @Nullable Object> Pollable<@Nullable T> runUntilCancelled(Pollable<T> computation) {
        return new UntilCancelled<T>(new Cancelled(this), Objects.requireNonNull(computation, "computation"));
    }

    /** Returns what cancels this token when it is closed, unless it was disarmed. */
    public Guard guard() {
        return new Guard(this);
    }

    @Override
    public String toString() {
        return cancelled ? "CancellationToken[cancelled]" : "CancellationToken[live]";
    }

    /** For tests: how many children are remembered. */
    int children() {
        waiters.lock();
        try {
            int count = 0;
            for (Child link = children; link != null; link = link.next) {
                count++;
            }
            return count;
        } finally {
            waiters.unlock();
        }
    }

    /** Cancels a token when a block is left. Any one thread at a time. */
    public static final class Guard implements AutoCloseable {
        private @Nullable CancellationToken token;

        private Guard(CancellationToken token) {
            this.token = token;
        }

        /** Lets {@link #close()} do nothing. */
        public void disarm() {
            token = null;
        }

        @Override
        public void close() {
            if (token != null) {
                token.cancel();
            }
        }
    }

    private static final class Child extends WeakReference<CancellationToken> {
        private @Nullable Child previous;
        private @Nullable Child next;

        Child(CancellationToken token, ReferenceQueue<CancellationToken> forgotten) {
            super(token, forgotten);
        }
    }

    private static final class Cancelled implements Pollable<@Nullable Void> {
        private final CancellationToken token;
        private final Waiter waiter = new Waiter();

        Cancelled(CancellationToken token) {
            this.token = token;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (token.cancelled) {
                return Poll.done();
            }
            if (waiter.isWaiting()) {
                return waiter.keepWaiting(token.waiters, cx.waker()) ? Poll.pending() : Poll.done();
            }
            token.waiters.lock();
            try {
                if (token.cancelled) {
                    return Poll.done();
                }
                token.waiters.add(waiter, cx.waker());
                return Poll.pending();
            } finally {
                token.waiters.unlock();
            }
        }

        @Override
        public void close() {
            token.waiters.leave(waiter);
        }
    }

    private record UntilCancelled<T extends @Nullable Object>(Cancelled cancelled, Pollable<T> computation)
            implements Pollable<@Nullable T> {
        @Override
        @SuppressWarnings({"unchecked", "rawtypes"}) // a result is a result that may be null
        public Poll<@Nullable T> poll(Context cx) throws Exception {
            return cancelled.poll(cx).isReady() ? Poll.ready(null) : (Poll) computation.poll(cx);
        }

        @Override
        public void close() {
            try {
                cancelled.close();
            } finally {
                computation.close();
            }
        }
    }
}
