/**
 * Streams beside their peers: {@code compare streams} runs {@link dev.weir.perf.streams.StreamBenchmark}, a benchmark of
 * JMH, for every {@linkplain dev.weir.perf.streams.Shape shape} on every {@linkplain
 * dev.weir.perf.streams.Contender library}, each in a JVM of its own.
 *
 * <p>A pipeline is put together, run and awaited in each operation, as a server does it for each request. What it makes
 * is compared with what a plain loop makes of the same numbers.
 */
@NullMarked
package dev.weir.perf.streams;

import org.jspecify.annotations.NullMarked;
