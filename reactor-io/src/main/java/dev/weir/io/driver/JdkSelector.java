package dev.weir.io.driver;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Set;
import java.util.function.Consumer;

/** The selector of the JDK. */
final class JdkSelector implements IoSelector {
    private final Selector selector;

    JdkSelector() throws IOException {
        selector = Selector.open();
    }

    @Override
    public int select(Consumer<SelectionKey> action, long millis) throws IOException {
        return selector.select(action, millis);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) throws IOException {
        return selector.selectNow(action);
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public SelectionKey register(SelectableChannel channel, Registration registration) throws ClosedChannelException {
        SelectionKey key = channel.keyFor(selector);
        // One that is cancelled and not dropped yet makes the register throw.
        return key != null && key.isValid() ? key : channel.register(selector, 0, registration);
    }

    @Override
    public Set<SelectionKey> keys() {
        return selector.keys();
    }

    @Override
    public void close() throws IOException {
        selector.close();
    }
}
