/**
 * For the tests of those who write streams, publishers and subscribers: a {@link dev.weir.stream.testkit.StreamProbe}
 * that requests by hand and says what it expects, and a {@link dev.weir.stream.testkit.ScriptedPublisher} that breaks
 * chosen rules on purpose. Depends on no test framework; what is wrong is thrown as an {@link AssertionError}.
 *
 * <pre>{@code
 * var runtime = TaskRuntime.currentThread().clock(new ManualClock()).build();
 * StreamProbe.of(AsyncStream.interval(Duration.ofMinutes(1)), runtime)
 *         .expectNoEvent(Duration.ofHours(1))       // nothing comes without demand
 *         .request(2)
 *         .expectNoEvent(Duration.ofSeconds(59))
 *         .thenAwait(Duration.ofSeconds(1))
 *         .expectNext(0L)
 *         .thenAwait(Duration.ofMinutes(1))
 *         .expectNext(1L)
 *         .cancel()
 *         .expectNoEvent(Duration.ofHours(1));
 * }</pre>
 */
@NullMarked
package dev.weir.stream.testkit;

import org.jspecify.annotations.NullMarked;
