package dev.weir.stream.reactive;

import dev.weir.task.Budget;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The sizes with which every adapter is tried: 1, 2 and the default, for prefetch, batch and budget. */
final class Matrix {
    private Matrix() {}

    static Stream<Arguments> prefetchBatchBudget() {
        return sizes().boxed().flatMap(p -> sizes().boxed().flatMap(b -> sizes().mapToObj(g -> Arguments.of(p, b, g))));
    }

    /** Two of the three. */
    static Stream<Arguments> pairs() {
        return sizes().boxed().flatMap(a -> sizes().mapToObj(b -> Arguments.of(a, b)));
    }

    private static IntStream sizes() {
        return IntStream.of(1, 2, Budget.DEFAULT);
    }
}
