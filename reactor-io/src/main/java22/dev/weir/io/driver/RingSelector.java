package dev.weir.io.driver;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A ring of the kernel in the place of a selector: for the channels of {@link RingTransport}, and no others. */
final class RingSelector implements IoSelector {
    /** Entries that wait to be handed over; a burst of more is handed over in parts. */
    private static final int ENTRIES = 1024;

    /** Completions of no socket. */
    private static final long WAKEUP = 0;

    /** How long a close waits for the ring to give sockets back, before it takes them. */
    private static final long CLOSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    private final Ring ring;
    private final RingBuffers buffers;
    private final Set<SelectionKey> keys = ConcurrentHashMap.newKeySet();

    /** Keys with something to read that was there before somebody asked. */
    private final Queue<RingKey> again = new ConcurrentLinkedQueue<>();

    // Guarded by keys; slots are read by the sitter without.
    private volatile AtomicReferenceArray<@Nullable RingKey> slots = new AtomicReferenceArray<>(64);
    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private int used;

    // Of the sitter, while it selects.
    private Consumer<SelectionKey> action = key -> {};
    private int found;
    private boolean woken;

    /** A key whose event is passed on by the next select, before all others, as the action threw: memory was short. */
    private @Nullable RingKey missed;

    private final Ring.Completions completions = this::complete;

    RingSelector() throws IOException {
        ring = new Ring(ENTRIES);
        try {
            buffers = new RingBuffers(ring);
        } catch (Throwable e) { // also for want of direct memory
            ring.close();
            throw e;
        }
    }

    /**
     * Before anybody waits here: sees that the kernel does what it is handed.
     *
     * @throws IOException if it does not: a sandbox may let rings be opened and not entered
     */
    void prove() throws IOException {
        ring.prove();
    }

    @Override
    public boolean takes(SelectableChannel channel) {
        return channel instanceof RingChannel;
    }

    @Override
    public boolean isReplaceable() {
        return false; // what the kernel has received for a socket is here
    }

    @Override
    public int select(Consumer<SelectionKey> action, long millis) {
        begin(action);
        long end = millis == 0 ? Long.MAX_VALUE : System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        boolean timed = millis != 0;
        for (; ; ) {
            passOnAgain();
            long left = timed ? end - System.nanoTime() : 0;
            if (found > 0 || woken || (timed && left <= 0)) {
                ring.look();
            } else {
                ring.await(left);
            }
            // Completions that concern nobody, such as those of sends, are no reason to return before it is time.
            if (ring.reap(completions) == 0 || found > 0 || woken || (timed && left <= 0)) {
                return end();
            }
        }
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) {
        begin(action);
        passOnAgain();
        ring.look();
        ring.reap(completions);
        return end();
    }

    private void begin(Consumer<SelectionKey> action) {
        this.action = action;
        found = 0;
        woken = false;
        passOnMissed();
    }

    private int end() {
        action = key -> {};
        return found;
    }

    private void passOnAgain() {
        for (RingKey key; (key = again.poll()) != null; ) {
            passOn(key, SelectionKey.OP_READ);
        }
    }

    private void complete(long data, int result, int flags) {
        if (data == WAKEUP) {
            woken = true;
            return;
        }
        int what = (int) data & 0xff;
        RingKey key = slots.get((int) (data >>> 8));
        if (what == RingSocket.OF_CANCEL) {
            // Without a key the socket is closed already; another in its place has nothing to be told.
            if (key != null && result == -Libc.ENOENT) {
                key.socket().missed();
            }
            return;
        }
        Objects.requireNonNull(key);
        int event = key.socket().complete(what, result, flags);
        if (event > 0) {
            passOn(key, event);
        } else if (event < 0) {
            // First: who waits learns it from the socket, should there be no memory for the rest.
            passOn(key, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            found++;
            ((Registration) key.attachment()).close(Errors.of("send", event));
        }
    }

    private void passOn(RingKey key, int event) {
        if (key.isEvent(event)) {
            missed = key;
            passOnMissed();
        }
    }

    private void passOnMissed() {
        RingKey key = missed;
        if (key != null) {
            action.accept(key);
            missed = null;
            found++;
        }
    }

    /** Any thread: the key is passed on by the next select. */
    void again(RingKey key) {
        again.add(key);
    }

    @Override
    public void wakeup() {
        ring.nothing(WAKEUP);
        ring.submit();
    }

    @Override
    public void handOver() {
        ring.submit();
    }

    @Override
    public SelectionKey register(SelectableChannel channel, Registration registration) throws ClosedChannelException {
        RingChannel ours = (RingChannel) channel;
        RingKey key = new RingKey(this, channel, ours.ringSocket());
        key.attach(registration);
        int slot = place(key);
        try {
            ours.ringSocket().enter(ring, buffers, slot, () -> leave(key, slot));
        } catch (ClosedChannelException e) {
            leave(key, slot);
            throw e;
        }
        return key;
    }

    private int place(RingKey key) {
        synchronized (keys) {
            Integer left = free.poll();
            int slot = left == null ? ++used : left; // from 1 on: no socket's data is that of a wakeup
            AtomicReferenceArray<@Nullable RingKey> now = slots;
            if (slot >= now.length()) {
                AtomicReferenceArray<@Nullable RingKey> larger = new AtomicReferenceArray<>(now.length() * 2);
                for (int i = 0; i < now.length(); i++) {
                    larger.set(i, now.get(i));
                }
                now = larger;
                slots = larger;
            }
            now.set(slot, key);
            keys.add(key);
            return slot;
        }
    }

    private void leave(RingKey key, int slot) {
        synchronized (keys) {
            slots.set(slot, null);
            keys.remove(key);
            free.add(slot);
        }
    }

    @Override
    public Set<SelectionKey> keys() {
        return keys;
    }

    @Override
    public void close() {
        long end = System.nanoTime() + CLOSE_NANOS;
        for (long left = CLOSE_NANOS; left > 0 && !keys.isEmpty(); left = end - System.nanoTime()) {
            ring.await(left);
            ring.reap(completions);
        }
        ring.close();
        for (SelectionKey each : keys) {
            ((RingKey) each).socket().abandon();
        }
    }
}
