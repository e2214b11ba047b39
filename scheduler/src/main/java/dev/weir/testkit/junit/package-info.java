/**
 * Weir for JUnit Jupiter: {@link dev.weir.testkit.junit.WeirTest} gives each test a runtime of its own, from a seed that a
 * failure tells, and fails it if anything is left at the end. The only package that knows JUnit; whoever uses it has
 * {@code junit-jupiter-api} on the path.
 *
 * <pre>{@code
 * @WeirTest
 * void a_day_takes_no_time(TaskRuntime runtime, ManualClock clock) {
 *     runtime.blockOn(Sleep.of(Duration.ofDays(1)));
 *     assertEquals(Duration.ofDays(1).toNanos(), clock.nanos());
 * }
 *
 * @WeirTest(flavour = Flavour.SIMULATION, seeds = 100)
 * void whoever_comes_first(SimulatedRuntime runtime, Random random) { … }
 * }</pre>
 */
@NullMarked
package dev.weir.testkit.junit;

import org.jspecify.annotations.NullMarked;
