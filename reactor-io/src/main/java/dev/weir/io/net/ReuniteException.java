package dev.weir.io.net;

/** Two halves that were not both taken from the stream they were given to; both are still in use, by their owner. */
public final class ReuniteException extends Exception {
    private static final long serialVersionUID = 1;

    private final transient SocketReader reader;
    private final transient SocketWriter writer;

    ReuniteException(String stream, SocketReader reader, SocketWriter writer) {
        super(reader + " and " + writer + " are not the halves of " + stream);
        this.reader = reader;
        this.writer = writer;
    }

    /** Returns the reader that was offered. */
    public SocketReader reader() {
        return reader;
    }

    /** Returns the writer that was offered. */
    public SocketWriter writer() {
        return writer;
    }
}
