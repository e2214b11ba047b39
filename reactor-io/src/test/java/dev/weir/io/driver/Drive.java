package dev.weir.io.driver;

import dev.weir.runtime.Driver;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A host that offers one driver and nothing else, and a thread that sits in it. */
final class Drive implements Host, AutoCloseable {
    private final Driver driver;
    private volatile boolean over;
    private @Nullable Thread sitter;

    Drive(Driver driver) {
        this.driver = driver;
    }

    /** Starts a thread that parks again and again. */
    Thread start() {
        Thread thread = new Thread(
                () -> {
                    while (!over) {
                        driver.park(Long.MAX_VALUE);
                    }
                },
                "sitter");
        thread.setDaemon(true);
        thread.start();
        sitter = thread;
        return thread;
    }

    Context context(Waker waker) {
        return new Context(this, 1).withWaker(waker);
    }

    @Override
    public <S> @Nullable S service(Class<S> type) {
        return driver.service(type);
    }

    @Override
    public void close() {
        over = true;
        driver.unpark();
        if (sitter != null) {
            try {
                sitter.join();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        driver.close();
    }

    /** Counts the wakes. */
    static final class CountingWaker implements Waker {
        final AtomicInteger wakes = new AtomicInteger();

        @Override
        public void wake() {
            wakes.incrementAndGet();
        }
    }
}
