package dev.weir.perf.contest;

/**
 * A system on the JVM that is measured beside Weir.
 *
 * @param name on the command line of {@code bench}, and of the column
 * @param since the Java release from which on it exists
 */
public record Peer(String name, int since) {
    /** Returns a system that every supported JVM has. */
    public static Peer of(String name) {
        return new Peer(name, 17);
    }
}
