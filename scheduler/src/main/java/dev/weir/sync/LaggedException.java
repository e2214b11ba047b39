package dev.weir.sync;

/**
 * Tells a receiver that it was too slow: items it has not received have been overwritten. It may go on receiving.
 *
 * <pre>{@code
 * try {
 *     price = prices.tryReceive();
 * } catch (LaggedException e) {
 *     missed += e.missed(); // the next receive has the oldest that is left
 * }
 * }</pre>
 */
public final class LaggedException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long missed;

    LaggedException(long missed) {
        super("the receiver was too slow and has missed " + missed + " items");
        this.missed = missed;
    }

    /** Returns how many items were missed. */
    public long missed() {
        return missed;
    }
}
