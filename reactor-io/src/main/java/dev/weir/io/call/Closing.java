package dev.weir.io.call;

import java.io.Closeable;
import java.io.IOException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A resource that blocking calls use, the first of which opens it, and that another thread may give up meanwhile. Opened
 * at most once: opening may do something, such as emptying a file, so it is not done for those who have gone.
 *
 * <pre>
 * event \ state      not opened     open                   closed
 * a call asks        opens it       gets it                refused
 * it was opened      open           -                      closes it, refused
 * close              closed         closes it, closed      same
 * </pre>
 *
 * @param <R> the type of the resource
 */
public final class Closing<R extends Closeable> {
    private static final System.Logger LOG = System.getLogger("dev.weir.io");

    /** Opens a resource; may block. */
    public interface Opening<R> {
        /** Returns a resource that was opened for the caller. */
        R open() throws IOException;
    }

    private final Opening<R> opening;
    private @Nullable R resource;
    private boolean closed;

    /** Creates one that was not opened. */
    public Closing(Opening<R> opening) {
        this.opening = Objects.requireNonNull(opening, "opening");
    }

    /**
     * Returns the resource, which the first call opens. For one call at a time.
     *
     * @throws IOException if it cannot be opened, or was closed before or meanwhile
     */
    public R get() throws IOException {
        R open = openOrNull();
        return open != null ? open : opened(opening.open());
    }

    private synchronized @Nullable R openOrNull() throws IOException {
        if (closed) {
            throw new IOException("closed before it was asked for");
        }
        return resource;
    }

    private R opened(R fresh) throws IOException {
        synchronized (this) {
            if (!closed) {
                resource = fresh;
                return fresh;
            }
        }
        fresh.close();
        throw new IOException("closed while it was being opened");
    }

    /** Closes the resource, now or as soon as it is opened. Any thread. Idempotent. */
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
