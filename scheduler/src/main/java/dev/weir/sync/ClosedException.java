package dev.weir.sync;

/**
 * Tells a receiver that no value will come: the channel was closed before one was sent.
 *
 * <pre>{@code
 * Oneshot<String> answer = new Oneshot<>();
 * Pollable<String> orElse = answer.recover(closed -> Pollable.ready("no answer"));
 * answer.close();
 * }</pre>
 */
public final class ClosedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ClosedException(String message) {
        super(message);
    }
}
