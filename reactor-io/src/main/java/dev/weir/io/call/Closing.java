package dev.weir.io.call;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A resource that a blocking call opens and that another thread may have given up meanwhile: whichever of the two comes
 * last closes it.
 *
 * @param <R> the type of the resource
 */
public final class Closing<R extends Closeable> {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    private @Nullable R resource;
    private boolean closed;

    /** Creates one without a resource. */
    public Closing() {}

    /**
     * Keeps what was opened.
     *
     * @throws IOException if it is not wanted any more; it is closed then
     */
    public R opened(R fresh) throws IOException {
        synchronized (this) {
            if (!closed) {
                resource = fresh;
                return fresh;
            }
        }
        fresh.close();
        throw new IOException("closed while it was being opened");
    }

    /** Returns the resource, or null if it was not opened yet. */
    public synchronized @Nullable R get() {
        return resource;
    }

    /** Closes the resource, now or as soon as it is opened. Idempotent. */
    public void close() {
        R closing;
        synchronized (this) {
            closed = true;
            closing = resource;
            resource = null;
        }
        if (closing != null) {
            try {
                closing.close();
            } catch (IOException e) {
                LOG.log(System.Logger.Level.WARNING, closing + " failed to close", e);
            }
        }
    }
}
