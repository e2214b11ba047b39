package dev.weir.perf.hostile;

import dev.weir.perf.process.ServerProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a server is at one moment.
 *
 * @param descriptors open
 * @param tasks alive
 * @param heap bytes in use after a collection of garbage
 */
record Vitals(long descriptors, long tasks, long heap) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    private static final int WINDOWS = 10;
    private static final long HEAP_NOISE = 8 << 20;

    static Vitals of(ServerProcess server) throws IOException {
        String line = server.ask("");
        return new Vitals(server.descriptors(), number(line, "tasks"), number(line, "heap"));
    }

    private static long number(String json, String name) throws IOException {
        Matcher matcher = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        if (!matcher.find()) {
            throw new IOException("no " + name + " in " + json);
        }
        return Long.parseLong(matcher.group(1));
    }

    /** Waits until everything a server held for its clients is given back, and returns how it is then. */
    static Vitals settled(ServerProcess server, Vitals before) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Vitals now = of(server);
        while (!now.isBackAt(before) && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            now = of(server);
        }
        return now;
    }

    /** Waits until a server has no connection any more, and returns how it is then. */
    static Vitals unused(ServerProcess server) throws IOException {
        return settled(server, new Vitals(Long.MAX_VALUE, 1, Long.MAX_VALUE - HEAP_NOISE));
    }

    boolean isBackAt(Vitals before) {
        return descriptors <= before.descriptors && tasks <= before.tasks && heap <= before.heap + HEAP_NOISE;
    }

    /**
     * Returns the CPU time a server uses in a while in which nobody asks anything of it: the least of several,
     * as a server may have something left to do, and one that spins never stops.
     */
    static long idleCpuMillis(ServerProcess server, Duration window) throws IOException {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < WINDOWS && least > 0; i++) {
            least = Math.min(least, cpuMillis(server, window));
        }
        return least;
    }

    private static long cpuMillis(ServerProcess server, Duration window) throws IOException {
        long before = server.cpuMillis();
        long end = System.nanoTime() + window.toNanos();
        for (long left = window.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        return server.cpuMillis() - before;
    }

    @Override
    public String toString() {
        return "%d descriptors, %d tasks, %.1f MiB".formatted(descriptors, tasks, heap / 1048576.0);
    }
}
