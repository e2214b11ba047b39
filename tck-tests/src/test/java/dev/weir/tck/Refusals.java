package dev.weir.tck;

import java.util.concurrent.TimeUnit;
import org.reactivestreams.tck.TestEnvironment;
import org.testng.Assert.ThrowingRunnable;
import org.testng.SkipException;

/**
 * Rule §3.9 for busy machines. The TCK looks for the error once, after {@link TckEnvironments#POLL}, and a publisher of
 * which nothing runs for that long is none that breaks a rule. Where that look has found nothing this goes on with it, as
 * the TCK means to, until the time is over: errors that come later are kept by the environment as well.
 */
final class Refusals {
    private static final long PAUSE = 10;

    private Refusals() {}

    /** Runs a test of the TCK; where it has failed, or was skipped as what is optional is then, a late error will do. */
    static void orLate(TestEnvironment environment, ThrowingRunnable test) throws Throwable {
        try {
            test.run();
        } catch (AssertionError | SkipException missed) {
            expectLate(environment, missed, TckEnvironments.SIGNAL);
        }
    }

    /**
     * Waits for the error by which a demand is refused, and which names the rule.
     *
     * @param environment that of the test
     * @param missed what the test has failed with
     * @throws Throwable that, if no such error comes
     */
    static void expectLate(TestEnvironment environment, Throwable missed, long millis) throws Throwable {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            for (Throwable error = environment.dropAsyncError(); error != null; error = environment.dropAsyncError()) {
                if (error instanceof IllegalArgumentException
                        && String.valueOf(error.getMessage()).contains("3.9")) {
                    return;
                }
            }
            Thread.sleep(PAUSE);
        } while (System.nanoTime() < deadline);
        throw missed;
    }
}
