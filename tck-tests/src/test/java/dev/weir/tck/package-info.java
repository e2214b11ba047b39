/**
 * The official TCK of Reactive Streams, run over everything of Weir that speaks to a foreign publisher or subscriber,
 * sockets included, and once more through {@code java.util.concurrent.Flow}.
 *
 * <p>What is verified stands in tables: a {@code Cases} class lists its rows, crosses them with {@link
 * dev.weir.tck.Sizes}, and a TestNG factory makes one suite of each. {@code TckCountsTest} of {@code
 * dev.weir.tck.gate} then reads what has run and fails the build when anything is missing.
 *
 * <p>Threads: the cases of a class run in parallel; each has its own environment, and those of equal budget share a
 * runtime.
 */
@NullMarked
package dev.weir.tck;

import org.jspecify.annotations.NullMarked;
