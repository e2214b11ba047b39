package dev.weir.io.driver;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Set;
import java.util.function.Consumer;

/** What the driver needs of a selector: an interface so that a test can bring one that misbehaves. */
interface IoSelector {
    /**
     * Waits for events and passes their keys on.
     *
     * @param millis how long at most; 0 for no limit
     * @return the number of keys passed on
     */
    int select(Consumer<SelectionKey> action, long millis) throws IOException;

    /** Passes on the keys of the events that are there. */
    int selectNow(Consumer<SelectionKey> action) throws IOException;

    /** Ends the current select, or the next. */
    void wakeup();

    /** Any thread: hands to the system what the next select would. After the close it does nothing. */
    default void handOver() {}

    /**
     * Registers a channel with no interest, or returns the key that this registration has.
     *
     * @throws IllegalStateException if the channel has one of another registration
     * @throws java.nio.channels.CancelledKeyException if it has one that is cancelled, until the next select
     */
    SelectionKey register(SelectableChannel channel, Registration registration) throws ClosedChannelException;

    /** Tells whether it can wait for this channel. */
    default boolean takes(SelectableChannel channel) {
        return true;
    }

    /** Tells whether the channels can move to another selector. */
    default boolean isReplaceable() {
        return true;
    }

    /** Returns all keys; safe to iterate while others are cancelled. */
    Set<SelectionKey> keys();

    /** Cancels all keys and gives the descriptors back, also those of closed channels. */
    void close() throws IOException;

    /** Opens selectors. */
    @FunctionalInterface
    interface Opener {
        IoSelector open() throws IOException;
    }
}
