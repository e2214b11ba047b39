package dev.weir.perf.demo;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The bytes between the file and the sockets: they come in when a buffer is set aside to read into, and go out when the
 * kernel has taken them. Safe for use by many threads.
 */
final class Ledger {
    private final AtomicLong inside = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();

    /** Bytes now lie in the process; negative to correct what was set aside and not needed. */
    void enter(long bytes) {
        in.addAndGet(bytes);
        long now = inside.addAndGet(bytes);
        if (now > most.get()) {
            most.accumulateAndGet(now, Math::max);
        }
    }

    /** Bytes have left the process. */
    void leave(long bytes) {
        out.addAndGet(bytes);
        inside.addAndGet(-bytes);
    }

    long inside() {
        return inside.get();
    }

    /** Returns the greatest number of bytes that ever lay inside. */
    long most() {
        return most.get();
    }

    /** Returns how many have ever come in. */
    long in() {
        return in.get();
    }

    /** Returns how many have ever gone out. */
    long out() {
        return out.get();
    }
}
