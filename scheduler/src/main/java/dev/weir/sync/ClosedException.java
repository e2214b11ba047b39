package dev.weir.sync;

/** Tells a receiver that no value will come: the channel was closed before one was sent. */
public final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClosedException(String message) {
        super(message);
    }
}
