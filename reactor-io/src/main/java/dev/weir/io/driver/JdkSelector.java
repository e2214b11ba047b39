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
        if (key == null || !key.isValid()) {
            return channel.register(selector, 0, registration); // throws if one is cancelled and not dropped yet
        }
        if (key.attachment() != registration) {
            throw new IllegalStateException(channel + " is watched already: it has to be given back first");
        }
        return key;
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
