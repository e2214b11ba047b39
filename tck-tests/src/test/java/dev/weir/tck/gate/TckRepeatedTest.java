package dev.weir.tck.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.weir.tck.TckEnvironments;
import dev.weir.tck.gate.CaseTests.Result;
import dev.weir.tck.gate.Counts.Outcome;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.SoftAssertions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * The suites of {@code dev.weir.tck} over and over, so that what fails once in a thousand times is seen. {@code
 * -Dweir.tck.rounds} says how often, {@code -Dweir.tck.threads} how many tests wait at once; {@code -Dweir.tck.all=false}
 * leaves it at the cases of every build.
 *
 * <p>TestNG would go on from case to case. Here a round goes on from test to test, each in all cases: of hundreds that
 * want a garbage collection at once (§3.13) one pays for it, where each that comes alone pays for itself, which was
 * three quarters of all processor time. For the same reason nothing is kept of a test but its count.
 */
@EnabledIfSystemProperty(named = "weir.tck.repeated", matches = "true") // where its JVM is as it needs
class TckRepeatedTest {
    private static final int ROUNDS = Integer.getInteger("weir.tck.rounds", 1_000);
    private static final int THREADS = Integer.getInteger("weir.tck.threads", 600);

    /** Rounds between two lines that say how far it has come. */
    private static final int PROGRESS = Math.max(1, ROUNDS / 200);

    private static final int KEPT = 100;

    /** Within which one of so many tests ends: those that fail may wait for ten signals, one after the other. */
    private static final long STALL_MILLIS = 10 * TckEnvironments.PATIENCE;

    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, body -> {
        Thread thread = new Thread(body, "tck-test");
        thread.setDaemon(true);
        return thread;
    });

    /** One for each test that may be under way or wait for a thread, so that there are never more. */
    private final Semaphore room = new Semaphore(2 * THREADS);

    private final Set<String> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger ended = new AtomicInteger();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final long began = System.nanoTime();

    /** A test of a case. */
    private record Step(Suite suite, CaseTests tests, Object instance, Method test) {
        @Override
        public String toString() {
            return suite.name() + ", " + instance + ": " + test.getName();
        }
    }

    @Test
    @Timeout(value = 7, unit = TimeUnit.DAYS)
    void every_rule_holds_in_every_round_and_nothing_is_left_of_any() throws Exception {
        Round first = begin(1, null);
        awaitAll();
        Residue one = Residue.now();
        System.out.println("after one round: " + one);
        for (int number = 2; number <= ROUNDS; number++) {
            begin(number, first);
        }
        awaitAll();

        assertThat(failures).isEmpty();
        assertThat(ended).as("rounds").hasValue(ROUNDS);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(5))
                .until(Residue::now, left -> left.isAbout(one));
        System.out.println("after all: " + Residue.now());
        threads.shutdown();
    }

    /** Hands out the tests of a round, and returns when most of them have ended. */
    private Round begin(int number, @Nullable Round first) throws Exception {
        List<Step> steps = steps();
        Round round = new Round(number, steps.size());
        for (Step step : steps) {
            awaitOne();
            threads.execute(() -> {
                try {
                    run(step, round, first == null ? round : first);
                } finally {
                    room.release();
                }
            });
        }
        return round;
    }

    /** The tests of a round, those of the same name together. */
    private static List<Step> steps() throws ReflectiveOperationException {
        List<Step> steps = new ArrayList<>();
        for (Suite suite : Suite.ALL) {
            CaseTests tests = new CaseTests(Class.forName(suite.className()));
            for (Object instance : tests.instances()) {
                tests.tests().forEach(test -> steps.add(new Step(suite, tests, instance, test)));
            }
        }
        steps.sort(Comparator.comparing(step -> step.test().getName()));
        return steps;
    }

    private void run(Step step, Round round, Round first) {
        running.add(step.toString());
        Result result = step.tests().run(step.instance(), step.test());
        running.remove(step.toString());
        if (result.outcome() == Outcome.FAILED) {
            fail(round + ", " + step + ": " + result.failure());
        }
        if (round.add(step.suite(), step.test().getName(), result.outcome())) {
            end(round, first);
        }
    }

    private void end(Round round, Round first) {
        SoftAssertions softly = new SoftAssertions();
        round.check(first, softly);
        softly.errorsCollected().forEach(error -> fail(round + ": " + error.getMessage()));
        int rounds = ended.incrementAndGet();
        if (rounds % PROGRESS == 0) {
            long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began);
            System.out.println(round + "; " + rounds + " rounds in " + seconds + " s");
        }
    }

    private void fail(String what) {
        System.out.println(what);
        if (failures.size() < KEPT) {
            failures.add(what);
        }
    }

    private void awaitAll() throws InterruptedException {
        for (int i = 0; i < 2 * THREADS; i++) {
            awaitOne();
        }
        room.release(2 * THREADS);
    }

    /** Waits for the end of a test, unless there is room for one more. */
    private void awaitOne() throws InterruptedException {
        assertThat(room.tryAcquire(STALL_MILLIS, TimeUnit.MILLISECONDS))
                .as("a test has ended, though none does of %s; failed before: %s", running, failures)
                .isTrue();
    }
}
