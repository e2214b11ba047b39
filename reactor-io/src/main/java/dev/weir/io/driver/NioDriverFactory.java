package dev.weir.io.driver;

import dev.weir.runtime.Driver;
import dev.weir.time.Clock;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Makes NIO drivers; found by the runtime through {@link java.util.ServiceLoader}. */
public final class NioDriverFactory implements Driver.Factory {
    /** For the service loader. */
    public NioDriverFactory() {}

    @Override
    public Driver create(Clock clock) {
        try {
            return new NioDriver(Transport.chosen()::openSelector);
        } catch (IOException e) {
            throw new UncheckedIOException("no selector could be opened", e);
        }
    }
}
