package dev.weir.perf.streams;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every pipeline of every library, at sizes that take no time, computes what a plain loop does. */
class ShapeTest {
    private static final Scrabble GAME = new Scrabble(200, 7);

    private interface Program {
        long run(Library library) throws Exception;
    }

    private enum Small {
        RANGE(Shape.RANGE_1K, library -> library.range(1_003)),
        JUST_MAP(Shape.JUST_MAP, Library::justMap),
        BORDER(Shape.BORDER_1M, library -> library.border(1_003)),
        FLATMAP(Shape.FLATMAP_1K_X_1K, library -> library.flatMap(101, 13)),
        CONCATMAP(Shape.CONCATMAP_1K_X_1K, library -> library.concatMap(101, 13)),
        ZIP(Shape.ZIP_100K, library -> library.zip(1_003)),
        MERGE(Shape.MERGE_4_X_25K, library -> library.merge(4, 303)),
        GROUPBY(Shape.GROUPBY_100K, library -> library.groupBy(1_003, 10)),
        BUFFER(Shape.BUFFER_100K, library -> library.buffer(1_003, 10)),
        BOUNDARY(Shape.BOUNDARY_1M, library -> library.boundary(5_003, 1)),
        BOUNDARIES(Shape.BOUNDARIES_3_1M, library -> library.boundary(5_003, 3)),
        HOP(Shape.HOP_1M, library -> library.hop(5_003)),
        MAPASYNC(Shape.MAPASYNC_10K, library -> library.mapAsync(303)),
        SCRABBLE(Shape.SCRABBLE, library -> library.scrabble(GAME));

        private final Shape large;

        @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
        private final Program program;

        Small(Shape large, Program program) {
            this.large = large;
            this.program = program;
        }
    }

    static Stream<Arguments> everything() {
        List<Arguments> all = new ArrayList<>();
        for (Contender system : Contender.values()) {
            for (Small shape : Small.values()) {
                all.add(Arguments.of(system, shape));
            }
        }
        return all.stream();
    }

    @ParameterizedTest
    @MethodSource("everything")
    void comes_to_what_a_loop_comes_to(Contender system, Small shape) throws Exception {
        long expected = shape.program.run(new PlainLoop());
        assertThat(expected).isNotZero();
        try (Library library = system.open()) {
            if (!system.lacks(shape.large)) {
                assertThat(shape.program.run(library)).isEqualTo(expected);
            }
        }
    }
}
