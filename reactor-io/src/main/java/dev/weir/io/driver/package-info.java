/**
 * The driver on {@code java.nio.channels.Selector}: how an event of the operating system becomes a wake.
 *
 * <p>One thread at a time parks in a {@link dev.weir.io.driver.NioDriver}; any thread polls channels, registers
 * interest and closes. A {@link dev.weir.io.driver.Registration} joins the two: the interest set of its key is the one
 * truth about what is armed. Interest is armed when a consumer has nothing to do but wait, stays armed while its events
 * find waiters, and is dropped by the first event that finds none, so a channel without demand costs at most one event.
 *
 * <p>Events are level-triggered: interest that is armed late still reports what came before, which makes arming it the
 * last look that law S2 asks for.
 *
 * <p>A {@link dev.weir.io.driver.Transport} says where TCP sockets come from and what drivers wait in: the JDK, or rings
 * of the kernel, whose classes are those of Java 22 in {@code src/main/java22}. How a process asks for them stands in
 * {@link dev.weir.io.net}.
 */
@NullMarked
package dev.weir.io.driver;

import org.jspecify.annotations.NullMarked;
