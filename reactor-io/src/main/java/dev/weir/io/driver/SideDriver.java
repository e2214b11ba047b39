package dev.weir.io.driver;

import java.io.IOException;
import java.util.concurrent.ThreadFactory;

/**
 * Waits for the channels that a driver cannot wait for itself, on a thread of its own: what their events wake comes to
 * the workers from outside, which costs more than an event that a worker has found.
 */
final class SideDriver {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    private final NioDriver driver;
    private final Thread thread;
    private volatile boolean ended;

    /**
     * Starts the thread.
     *
     * @throws OutOfMemoryError if the system has no more threads; nothing is left open then
     */
    SideDriver(IoSelector.Opener opener, ThreadFactory threads) throws IOException {
        driver = new NioDriver(opener);
        try {
            thread = threads.newThread(this::run);
            thread.setName("weir-io-side");
            thread.setDaemon(true);
            thread.start();
        } catch (Throwable e) {
            driver.close();
            throw e;
        }
    }

    private void run() {
        while (!ended) {
            try {
                driver.park(Long.MAX_VALUE);
            } catch (Throwable thrown) { // by a waker, or out of memory: others wait here as well
                warn(thrown);
            }
        }
    }

    private static void warn(Throwable thrown) {
        try {
            LOG.log(System.Logger.Level.WARNING, "waiting for channels failed", thrown);
        } catch (Throwable lost) {
            // It cannot be told, and is no reason to leave the others.
        }
    }

    NioDriver driver() {
        return driver;
    }

    /** Ends the thread, then closes the channels. */
    void close() {
        ended = true;
        driver.unpark();
        boolean interrupted = false;
        for (boolean joined = false; !joined; ) {
            try {
                thread.join();
                joined = true;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        driver.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
