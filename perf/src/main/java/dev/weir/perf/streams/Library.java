package dev.weir.perf.streams;

/**
 * The pipelines, as the users of one library would write them. Each method puts one together, runs it to its end, waits
 * for that on the calling thread, and returns a sum by which it is checked. What a library {@linkplain Contender#lacks
 * lacks} it is not asked for. Used by one thread at a time.
 */
interface Library extends AutoCloseable {
    /** What is between the two sides of every asynchronous boundary, on every library: the size of its buffer. */
    int CAPACITY = 1024;

    /** How many inner streams of a flatMap run at a time, and how many calls of a mapAsync. */
    int CONCURRENCY = 64;

    /** Counts to n, maps, filters, maps and sums up. */
    long range(int n) throws Exception;

    /** Maps a single item. */
    long justMap() throws Exception;

    /** The same range, handed to a subscriber that asks for everything at once. */
    default long border(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Merges inner ranges, {@link #CONCURRENCY} at a time. */
    long flatMap(int outer, int inner) throws Exception;

    /** Inner ranges one after the other. */
    long concatMap(int outer, int inner) throws Exception;

    /** Adds the items of two ranges, pair by pair. */
    default long zip(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Merges so many ranges of n items. */
    default long merge(int streams, int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Deals n items out into groups and counts each. */
    default long groupBy(int n, int groups) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Gathers n items in lists. */
    default long buffer(int n, int size) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** As {@link #range}, through boundaries for which the library may choose the thread, and so stay on one. */
    default long boundary(int n, int boundaries) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** A boundary whose two sides are on two threads. */
    default long hop(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Work of a microsecond for each item, on two threads, results in the order of the items. */
    default long mapAsync(int n) throws Exception {
        throw new UnsupportedOperationException();
    }

    /** Shakespeare plays Scrabble. */
    long scrabble(Scrabble game) throws Exception;

    @Override
    default void close() {}
}
