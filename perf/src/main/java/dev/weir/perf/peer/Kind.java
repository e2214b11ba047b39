package dev.weir.perf.peer;

import java.util.Locale;

/** What a server does with its connections. */
public enum Kind {
    /** Sends everything back. */
    ECHO,
    /** Answers every HTTP request with "Hello, World!". */
    HTTP,
    /** Sends chunks of 64 KiB for ever. */
    STREAM,
    /** Reads and discards. */
    SINK,
    /** Reads and hands on to a consumer that is slow. */
    UPLOAD;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
