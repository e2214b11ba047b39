package dev.weir.io.driver;

import dev.weir.runtime.Driver;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Waker;
import java.io.IOException;
import java.nio.channels.SelectionKey;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A host that offers one driver and nothing else, and a thread that sits in it. */
public final class Drive implements Host, AutoCloseable {
    private final Driver driver;
    private Set<SelectionKey> keys = Set.of();
    private volatile boolean over;
    private @Nullable Thread sitter;

    Drive(Driver driver) {
        this.driver = driver;
    }

    /** Offers a driver whose selector knows of no event. */
    public static Drive withoutEvents() throws IOException {
        FakeSelector selector = new FakeSelector();
        Drive drive = new Drive(new NioDriver(() -> selector));
        drive.keys = selector.keys();
        return drive;
    }

    /** Offers a driver that waits in a selector of the JDK. */
    public static Drive onSelector() throws IOException {
        return new Drive(new NioDriver(JdkSelector::new));
    }

    /** Returns the interest of all channels together. */
    public int interest() {
        return keys.stream().mapToInt(SelectionKey::interestOps).reduce(0, (a, b) -> a | b);
    }

    /** Has the driver look for events, and forget the keys that were cancelled. */
    public void look() {
        driver.poll();
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

    public Context context(Waker waker) {
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
