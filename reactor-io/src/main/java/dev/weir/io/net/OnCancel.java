package dev.weir.io.net;

/** What becomes of a connection whose reader is closed before the peer has ended its direction. */
public enum OnCancel {
    /**
     * The connection is closed at once, in both directions: the peer learns that nobody reads any more, which TCP
     * cannot tell it in any other way. The writer, if it is still in use, fails.
     */
    CLOSE,

    /**
     * A task of the runtime reads what still comes and throws it away until the peer ends its direction, so that
     * the writer can go on and what it wrote is not lost by a reset. After 30 seconds the connection is closed. Outside of a task
     * nobody would read on: there it is closed at once, as by {@link #CLOSE}.
     */
    DRAIN
}
