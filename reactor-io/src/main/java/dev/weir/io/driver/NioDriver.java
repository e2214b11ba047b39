package dev.weir.io.driver;

import dev.weir.io.ByteBudget;
import dev.weir.io.IoMetrics;
import dev.weir.runtime.Driver;
import dev.weir.task.FirstFailure;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A driver that waits in a selector.
 *
 * <p>Only the <em>sitter</em>, the one thread that parks or polls, selects. All other threads change what the next
 * select will look at, and call the sitter back if it waits already. The state word tells whether that is needed:
 *
 * <pre>
 * event \ state             EMPTY               PARKED              NOTIFIED
 * unpark (any thread)       NOTIFIED            NOTIFIED, wakeup    same
 * refresh (any thread)      same                NOTIFIED, wakeup    same
 * sitter goes to wait       PARKED, select      -                   EMPTY, no wait
 * sitter has an event       same                EMPTY               same
 * sitter returns            EMPTY               EMPTY               EMPTY
 * </pre>
 *
 * <p>So one wait costs at most one wakeup, an unpark that comes before the wait is kept for it, and a refresh needs no
 * keeping, because every select begins by looking at all changes. A wakeup that comes late, when an event has ended the
 * wait already, makes the next wait return early once.
 *
 * <p>A selector that keeps returning at once with nothing to report (kernels and JDKs have done so; Netty counts to 512
 * as well) is replaced by a new one.
 */
public final class NioDriver implements Driver {
    /** So many returns in a row for no reason, and the selector is taken for broken. */
    static final int PREMATURE_RETURNS = 512;

    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    private static final IoMetrics NONE = new IoMetrics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    private static final int EMPTY = 0;
    private static final int PARKED = 1;
    private static final int NOTIFIED = 2;

    private final IoSelector.Opener opener;
    private final AtomicInteger state = new AtomicInteger(EMPTY);
    private final Consumer<SelectionKey> dispatch = this::dispatch;

    /** Guards the choice of the selector against registrations: none is lost between two selectors. */
    private final Object choice = new Object();

    private volatile IoSelector selector;
    private @Nullable SideDriver side;
    private boolean closed;
    private long registered;

    // Written by the sitter alone.
    private int premature;
    private volatile long selects;
    private volatile long emptySelects;
    private volatile long events;
    private volatile long interrupts;
    private volatile long rebuilds;
    private final LongAdder wakeups = new LongAdder();

    NioDriver(IoSelector.Opener opener) throws IOException {
        this.opener = opener;
        selector = opener.open();
    }

    @Override
    public int park(long nanos) {
        if (nanos <= 0 || !state.compareAndSet(EMPTY, PARKED)) {
            state.set(EMPTY);
            return poll();
        }
        clearInterrupt();
        long start = System.nanoTime(); // the selector waits by the time of the machine, whatever the runtime's clock
        int found = select(millis(nanos));
        boolean asked = state.getAndSet(EMPTY) == NOTIFIED;
        boolean interrupted = clearInterrupt();
        if (found > 0 || asked || interrupted || !selector.isReplaceable() || System.nanoTime() - start >= nanos / 2) {
            premature = 0;
        } else if (++premature == PREMATURE_RETURNS) {
            premature = 0;
            rebuild();
        }
        return found;
    }

    @Override
    public int poll() {
        return select(-1);
    }

    @Override
    public void unpark() {
        if (state.getAndSet(NOTIFIED) == PARKED) {
            wakeup();
        }
    }

    @Override
    public void handOver() {
        selector.handOver();
    }

    /** Any thread: makes a sitter that waits look again at interest and closed channels. */
    void refresh() {
        // Partner of the sitter's step to PARKED: either it is seen here, or its select sees the change made before.
        if (state.get() == PARKED && state.compareAndSet(PARKED, NOTIFIED)) {
            wakeup();
        }
    }

    private void wakeup() {
        try {
            selector.wakeup();
        } catch (Throwable e) {
            state.compareAndSet(NOTIFIED, PARKED); // nobody was called back: the next who unparks has to try again
            throw e;
        }
        try {
            wakeups.increment();
        } catch (OutOfMemoryError none) {
            // one that is not counted; whoever unparks has handed over a task already, and must not hear of it
        }
    }

    /** Rounds up: a park that ends early finds its timer not yet due and has to be repeated. */
    static long millis(long nanos) {
        return nanos == Long.MAX_VALUE ? 0 : nanos / 1_000_000 + (nanos % 1_000_000 == 0 ? 0 : 1);
    }

    /** Selects for so long; without waiting if negative. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private int select(long millis) {
        int found;
        try {
            found = millis < 0 ? selector.selectNow(dispatch) : selector.select(dispatch, millis);
        } catch (IOException e) {
            found = 0; // counts as a return for no reason: if it stays, the selector is replaced
            LOG.log(System.Logger.Level.DEBUG, "select failed", e);
        }
        selects++;
        if (found == 0) {
            emptySelects++;
        } else {
            events += found;
        }
        return found;
    }

    private void dispatch(SelectionKey key) {
        if (state.get() == PARKED) {
            state.compareAndSet(PARKED, EMPTY); // awake already: nobody need pay for a wakeup
        }
        ((Registration) key.attachment()).dispatch(key);
    }

    /** A set flag would make every select return at once. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private boolean clearInterrupt() {
        if (!Thread.interrupted()) {
            return false;
        }
        interrupts++;
        return true;
    }

    /** Returns the driver that waits for this channel: this one, or the one at its side. Any thread. */
    NioDriver forChannel(SelectableChannel channel) throws IOException {
        if (selector.takes(channel)) {
            return this;
        }
        synchronized (choice) {
            if (closed) {
                throw shutDown();
            }
            if (side == null) {
                side = new SideDriver(JdkSelector::new, Thread::new);
            }
            return side.driver();
        }
    }

    /** Gives a channel its key. Any thread. */
    void register(Registration registration) throws IOException {
        synchronized (choice) {
            if (closed) {
                throw shutDown();
            }
            registration.attach(selector.register(registration.channel(), registration));
            registered++;
        }
    }

    /** Sitter: moves all channels to a new selector and wakes all who wait, so that they arm their interest there. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer
    private void rebuild() {
        IoSelector old = selector;
        IoSelector fresh;
        try {
            fresh = opener.open();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a selector returns for no reason and cannot be replaced", e);
            return;
        }
        List<Registration> moved = new ArrayList<>();
        Map<Registration, Exception> stranded = new HashMap<>();
        synchronized (choice) {
            selector = fresh;
            for (SelectionKey key : old.keys()) {
                Registration each = (Registration) key.attachment();
                try {
                    SelectionKey moving = fresh.register(each.channel(), each);
                    each.attach(moving);
                    if (each.failure() != null) {
                        moving.cancel(); // given back meanwhile by who cancelled the old key, and knew of no other
                    }
                    moved.add(each);
                } catch (IOException | RuntimeException e) {
                    stranded.put(each, e);
                }
            }
        }
        rebuilds++;
        LOG.log(
                System.Logger.Level.WARNING,
                "a selector returned {0} times for no reason and was replaced; {1} channels were moved",
                PREMATURE_RETURNS,
                moved.size());
        close(old); // after the move: who finds its old key cancelled finds its new one in place
        moved.forEach(Registration::wake);
        stranded.forEach((each, e) -> each.close(new IOException("the channel cannot move to a new selector", e)));
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        if (type == NioDriver.class) {
            return type.cast(this);
        }
        return type == IoMetrics.class ? type.cast(metrics()) : null;
    }

    private IoMetrics metrics() {
        int keys;
        long ever;
        SideDriver beside;
        synchronized (choice) {
            keys = closed ? 0 : selector.keys().size();
            ever = registered;
            beside = side;
        }
        ByteBudget budget = ByteBudget.shared();
        IoMetrics there = beside == null ? NONE : beside.driver().metrics();
        return new IoMetrics(
                selects + there.selects(),
                emptySelects + there.emptySelects(),
                events + there.events(),
                wakeups.sum() + there.wakeups(),
                interrupts + there.interrupts(),
                rebuilds + there.rebuilds(),
                ever + there.registered(),
                ever - keys + there.deregistered(),
                keys + there.keys(),
                budget.used(),
                budget.waiting());
    }

    /** Closes every channel registered here, whoever waits for it learns of the shutdown. */
    @Override
    public void close() {
        List<Registration> orphans = new ArrayList<>();
        SideDriver beside;
        synchronized (choice) {
            if (closed) {
                return;
            }
            closed = true;
            beside = side;
            for (SelectionKey key : selector.keys()) {
                orphans.add((Registration) key.attachment());
            }
        }
        Throwable failure = null; // a waker that throws keeps no channel open
        for (Registration each : orphans) {
            failure = FirstFailure.of(orphan -> orphan.close(shutDown()), each, failure);
        }
        try {
            if (beside != null) {
                beside.close();
            }
        } finally {
            close(selector);
        }
        FirstFailure.rethrow(failure);
    }

    private static IOException shutDown() {
        return new IOException("the runtime was shut down, and its I/O driver with it");
    }

    private static void close(IoSelector selector) {
        try {
            selector.close();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "a selector failed to close", e);
        }
    }

    @Override
    public String toString() {
        return "NioDriver[" + metrics() + "]";
    }
}
