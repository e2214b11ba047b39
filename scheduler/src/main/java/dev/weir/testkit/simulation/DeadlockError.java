package dev.weir.testkit.simulation;

import java.util.List;

/** Nothing can run any more, no timer is set, and what was waited for has not come. */
public final class DeadlockError extends AssertionError {
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // lists of strings, which are serializable in fact
    private final List<String> waiting;

    DeadlockError(String message, List<String> waiting) {
        super(message);
        this.waiting = List.copyOf(waiting);
    }

    /** Returns a line for each task that waits: its name and where. */
    public List<String> waiting() {
        return waiting;
    }
}
