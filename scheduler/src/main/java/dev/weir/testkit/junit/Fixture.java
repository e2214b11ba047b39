package dev.weir.testkit.junit;

import dev.weir.runtime.TaskRuntime;
import dev.weir.testkit.simulation.SimulatedRuntime;
import dev.weir.testkit.simulation.Simulation;
import dev.weir.time.Clock;
import dev.weir.time.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/** What one run of one test has: its runtime, its seed, and the account of what is left at the end. */
final class Fixture implements BeforeEachCallback, AfterEachCallback, ParameterResolver, TestExecutionExceptionHandler {
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final int LOG_LINES = 40;

    private final WeirTest test;
    private final long seed;
    private final Duration patience;
    private final String name = "weir-test-" + COUNT.getAndIncrement();
    private final ConcurrentLinkedQueue<Throwable> undelivered = new ConcurrentLinkedQueue<>();
    private final Random random;
    private Set<String> socketsBefore = Set.of();
    private @Nullable TaskRuntime runtime;

    Fixture(WeirTest test, long seed) {
        this.test = test;
        this.seed = seed;
        this.patience = Duration.ofMillis(test.patienceMillis());
        this.random = new Random(seed);
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        socketsBefore = Leftovers.sockets(context);
        runtime = switch (test.flavour()) {
            case PAUSED ->
                TaskRuntime.currentThread()
                        .name(name)
                        .clock(new ManualClock())
                        .seed(seed)
                        .onUndeliverable(undelivered::add)
                        .build();
            case SIMULATION -> Simulation.of(seed).newRuntime();
            case WORKERS ->
                TaskRuntime.builder()
                        .name(name)
                        .workers(test.workers())
                        .seed(seed)
                        .onUndeliverable(undelivered::add)
                        .build();
        };
    }

    @Override
    public void afterEach(ExtensionContext context) {
        TaskRuntime mine = runtime;
        if (mine == null) {
            return; // could not be built
        }
        Leftovers leftovers = new Leftovers();
        if (!test.leftovers()) {
            leftovers.inRuntime(mine, patience);
        }
        if (!mine.shutdown(patience)) {
            leftovers.add("the runtime did not end within " + patience);
        }
        leftovers.threads(name, patience);
        leftovers.sockets(socketsBefore, context, patience);
        if (mine instanceof SimulatedRuntime simulated) {
            undelivered.addAll(simulated.undelivered());
        }
        undelivered.forEach(thrown -> leftovers.add("an error that nobody could be told of: " + thrown));
        if (!leftovers.isEmpty() && context.getExecutionException().isEmpty()) {
            AssertionError error = new AssertionError("left after the test: " + leftovers);
            undelivered.forEach(error::addSuppressed);
            error.addSuppressed(hint());
            throw error;
        }
    }

    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable thrown) throws Throwable {
        thrown.addSuppressed(hint());
        throw thrown;
    }

    private ReplayHint hint() {
        StringBuilder text = new StringBuilder("run it again with -D" + Simulation.SEED_PROPERTY + "=" + seed);
        if (runtime instanceof SimulatedRuntime simulated) {
            List<String> tail = simulated.log().tail(LOG_LINES);
            text.append("\nthe last events:\n").append(String.join("\n", tail));
        }
        return new ReplayHint(text.toString());
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == Random.class || type == Simulation.class || find(type) != null;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        if (type == Random.class) {
            return random;
        }
        return type == Simulation.class ? Simulation.of(seed) : Objects.requireNonNull(find(type));
    }

    private @Nullable Object find(Class<?> type) {
        TaskRuntime mine = runtime;
        if (mine == null) {
            return null;
        }
        if (TaskRuntime.class.isAssignableFrom(type) && type.isInstance(mine)) {
            return mine;
        }
        return Clock.class.isAssignableFrom(type) && type.isInstance(mine.clock()) ? mine.clock() : null;
    }

    /** Stands with the failure of a test; no failure itself. */
    private static final class ReplayHint extends Exception {
        private static final long serialVersionUID = 1L;

        ReplayHint(String message) {
            super(message, null, false, false);
        }
    }
}
