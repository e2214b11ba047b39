package dev.weir.perf.upload;

import dev.weir.perf.report.JsonLine;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that takes so many bytes a second from all clients together, as a disk or a service behind the server
 * would: in the order in which they come. Any thread.
 */
public final class Outlet {
    private final double nanosOfByte;
    private final AtomicLong free = new AtomicLong(System.nanoTime());
    private final Queue<Client> clients = new ConcurrentLinkedQueue<>();
    private final AtomicLong failures = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> firstFailure = new AtomicReference<>();

    /**
     * Creates an outlet.
     *
     * @param rate bytes a second, at least 1
     */
    public Outlet(long rate) {
        if (rate < 1) {
            throw new IllegalArgumentException("rate must be at least 1, was " + rate);
        }
        nanosOfByte = 1e9 / rate;
    }

    /** Counts one more client. */
    public Client enter() {
        Client client = new Client();
        clients.add(client);
        return client;
    }

    /** Queues bytes and returns how many nanoseconds from now they will be through. */
    public long admit(int bytes) {
        long cost = Math.round(bytes * nanosOfByte);
        long now = System.nanoTime();
        return free.updateAndGet(until -> Math.max(until - now, 0) + now + cost) - now;
    }

    /** Returns how the clients fare: how many there were, and what of each was consumed. */
    public JsonLine vitals() {
        long least = Long.MAX_VALUE;
        long most = 0;
        long all = 0;
        int count = 0;
        for (Client each : clients) {
            long consumed = each.consumed.get();
            least = Math.min(least, consumed);
            most = Math.max(most, consumed);
            all += consumed;
            count++;
        }
        JsonLine line = new JsonLine()
                .put("clients", count)
                .put("consumed", all)
                .put("least", count == 0 ? 0 : least)
                .put("most", most)
                .put("failures", failures.get());
        Throwable first = firstFailure.get();
        return first == null ? line : line.put("first_failure", first.toString());
    }

    /** One client. Any thread. */
    public final class Client {
        private final AtomicLong consumed = new AtomicLong();

        private Client() {}

        /** So many of its bytes are through. */
        public void consumed(int bytes) {
            consumed.addAndGet(bytes);
        }

        /** It was given up. */
        public void failed(Throwable reason) {
            failures.incrementAndGet();
            firstFailure.compareAndSet(null, reason);
        }
    }
}
