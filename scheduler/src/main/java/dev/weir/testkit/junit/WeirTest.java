package dev.weir.testkit.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test with a runtime of its own, which is made before it and closed after it. The test, and the {@code BeforeEach} and
 * {@code AfterEach} of its class, may take as parameters:
 *
 * <ul>
 *   <li>{@code TaskRuntime}, or the type that the {@link #flavour} has: {@code CurrentThreadRuntime} or {@code
 *       SteppedRuntime}, {@code SimulatedRuntime}, {@code WorkStealingRuntime};
 *   <li>{@code Clock}; {@code ManualClock} if the flavour is {@link Flavour#PAUSED};
 *   <li>{@code java.util.Random}, from the seed;
 *   <li>{@code Simulation}, the recipe with this seed, whatever the flavour.
 * </ul>
 *
 * <p>After the test nothing may be left: no task, no timer, no blocking call; and, once the runtime is closed, no thread
 * of it and, on Linux and unless tests run concurrently, no socket. Errors that could reach neither a handle nor a
 * subscriber fail the test as well. What is left is named.
 *
 * <p>A test that fails says its seed. {@code -Dweir.seed=…} runs every such test with that one.
 */
@Documented
@Target({ElementType.METHOD, ElementType.ANNOTATION_TYPE})
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(WeirExtension.class)
@SuppressWarnings("exports") // whoever uses this requires JUnit, and nobody else shall have to
public @interface WeirTest {
    /** Which runtime. */
    Flavour flavour() default Flavour.PAUSED;

    /** How many workers, if the flavour is {@link Flavour#WORKERS}; at least 1. */
    int workers() default 2;

    /** The first seed. */
    long seed() default 0;

    /** How many seeds, at least 1: the test runs once with each, from the first on. */
    int seeds() default 1;

    /** Whether tasks, timers and blocking calls may be left; they are cancelled then. */
    boolean leftovers() default false;

    /** How long, in milliseconds, what ends by itself is given to end after the test. */
    long patienceMillis() default 5_000;
}
