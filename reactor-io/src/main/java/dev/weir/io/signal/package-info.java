/**
 * Being asked to end. The JDK hands signals to programs through {@code sun.misc.Signal} alone, which this library does
 * not touch; what it can tell without is that one of them (interrupt, terminate, hang-up) has begun to end the JVM.
 *
 * <pre>{@code
 * try (Termination termination = Termination.install(Duration.ofSeconds(10))) {
 *     JoinHandle<?> server = runtime.spawn(accepting);
 *     runtime.blockOn(termination.asked());   // SIGTERM, SIGINT, SIGHUP or System.exit
 *     server.cancel();
 *     runtime.close();                        // connections end in order
 * }                                           // and now the JVM may end
 * }</pre>
 */
@NullMarked
package dev.weir.io.signal;

import org.jspecify.annotations.NullMarked;
