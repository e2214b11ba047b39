package dev.weir.perf.streams;

import java.util.Locale;

/** A pipeline and its size: a row of the comparison. */
public enum Shape {
    RANGE_1(1, library -> library.range(1)),
    RANGE_1K(1_000, library -> library.range(1_000)),
    RANGE_1M(1_000_000, library -> library.range(1_000_000)),
    JUST_MAP(1, Library::justMap),
    BORDER_1M(1_000_000, library -> library.border(1_000_000)),
    FLATMAP_1_X_100K(100_000, library -> library.flatMap(1, 100_000)),
    FLATMAP_100K_X_1(100_000, library -> library.flatMap(100_000, 1)),
    FLATMAP_1K_X_1K(1_000_000, library -> library.flatMap(1_000, 1_000)),
    CONCATMAP_1K_X_1K(1_000_000, library -> library.concatMap(1_000, 1_000)),
    CONCATMAP_100K_X_1(100_000, library -> library.concatMap(100_000, 1)),
    ZIP_100K(100_000, library -> library.zip(100_000)),
    MERGE_4_X_25K(100_000, library -> library.merge(4, 25_000)),
    GROUPBY_100K(100_000, library -> library.groupBy(100_000, 10)),
    BUFFER_100K(100_000, library -> library.buffer(100_000, 10)),
    BOUNDARY_1M(1_000_000, library -> library.boundary(1_000_000, 1)),
    BOUNDARIES_3_1M(1_000_000, library -> library.boundary(1_000_000, 3)),
    HOP_1M(1_000_000, library -> library.hop(1_000_000)),
    MAPASYNC_10K(10_000, library -> library.mapAsync(10_000)),
    SCRABBLE(Scrabble.WORDS, library -> library.scrabble(Scrabble.GAME));

    private final int items;

    @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
    private final Program program;

    Shape(int items, Program program) {
        this.items = items;
        this.program = program;
    }

    /** Returns how many items an operation is divided by: those that come out of the innermost sources. */
    int items() {
        return items;
    }

    long run(Library library) throws Exception {
        return program.run(library);
    }

    /** Returns the name on the command line and in tables. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    private interface Program {
        long run(Library library) throws Exception;
    }
}
