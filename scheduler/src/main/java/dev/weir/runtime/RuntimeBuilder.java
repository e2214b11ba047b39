package dev.weir.runtime;

import dev.weir.task.Budget;
import dev.weir.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The settings that all runtimes share. Not thread-safe; each {@code build} makes an independent runtime.
 *
 * @param <B> the builder itself
 */
public abstract sealed class RuntimeBuilder<B extends RuntimeBuilder<B>>
        permits WorkStealingRuntime.Builder, CurrentThreadRuntime.Builder, LocalRuntime.Builder {
    private static final AtomicInteger COUNT = new AtomicInteger();

    String name = "weir-" + COUNT.getAndIncrement();
    Clock clock = Clock.system();
    Driver.Factory driver = RuntimeBuilder::installedDriver;

    @Nullable ThreadFactory threads;

    ThreadNames threadNames = (runtime, role, number) -> runtime + "-" + role + "-" + number;
    boolean daemon = true;
    int blockingThreads = 512;
    Duration blockingKeepAlive = Duration.ofSeconds(10);
    int budget = Budget.DEFAULT;
    /** 0: what the runtime thinks best. */
    int driverInterval;

    int sharedInterval;
    long stackSize;
    boolean virtualBlocking;

    /** Set by builders of runtimes that have workers. */
    @Nullable WorkerAffinity affinity;

    @Nullable ThreadHooks threadHooks;

    @Nullable TaskHooks taskHooks;

    boolean pollTimes;
    boolean scheduleLatencies;
    TaskFailure onTaskFailure = TaskFailure.IGNORE;

    @Nullable Duration stallThreshold;

    Consumer<StalledPoll> stallHandler =
            stalled -> System.getLogger("dev.weir").log(System.Logger.Level.WARNING, stalled.describe());
    long seed = System.nanoTime();
    boolean spawnSites;
    Consumer<Throwable> undeliverable = thrown ->
            System.getLogger("dev.weir").log(System.Logger.Level.ERROR, "nobody could be told of this error", thrown);

    RuntimeBuilder() {}

    /** Builds the runtime and starts its threads, if it has any. */
    public abstract TaskRuntime build();

    abstract B self();

    /** Sets the name of the runtime, which its threads carry: {@code NAME-worker-0}, {@code NAME-blocking-0}. */
    public B name(String name) {
        if (Objects.requireNonNull(name, "name").isBlank()) {
            throw new IllegalArgumentException("name must not be blank");
        }
        this.name = name;
        return self();
    }

    /** Sets the clock that timers follow; {@link Clock#system()} by default. */
    public B clock(Clock clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
        return self();
    }

    /** Sets the maker of drivers; by default the one the service loader finds, or one without I/O. */
    public B driver(Driver.Factory factory) {
        this.driver = Objects.requireNonNull(factory, "factory");
        return self();
    }

    /** Sets how threads are named. */
    public B threadNames(ThreadNames names) {
        this.threadNames = Objects.requireNonNull(names, "names");
        return self();
    }

    /** Sets the maker of threads. Their names and whether they are daemons are set by the runtime. */
    public B threadFactory(ThreadFactory factory) {
        this.threads = Objects.requireNonNull(factory, "factory");
        return self();
    }

    /**
     * Sets the size of the threads' stacks in bytes, at least 1: a wish that the JVM rounds, or ignores. For threads
     * that no {@link #threadFactory} makes.
     */
    public B threadStackSize(long bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("threadStackSize must be at least 1, was " + bytes);
        }
        this.stackSize = bytes;
        return self();
    }

    /**
     * Sets whether {@link TaskRuntime#spawnBlocking blocking calls} run on virtual threads; false by default. They are
     * counted, capped and kept as others are, and are always daemons.
     *
     * @throws UnsupportedOperationException if this JDK has none: before 21
     */
    public B blockingOnVirtualThreads(boolean enabled) {
        if (enabled) {
            VirtualThreads.require();
        }
        this.virtualBlocking = enabled;
        return self();
    }

    /** Sets whether the threads let the process end; true by default. */
    public B daemon(boolean daemon) {
        this.daemon = daemon;
        return self();
    }

    /** Sets how many threads may be blocked at a time, at least 1; 512 by default. Further calls wait. */
    public B blockingThreads(int cap) {
        this.blockingThreads = atLeastOne("blockingThreads", cap);
        return self();
    }

    /** Sets after how much idleness a blocking thread ends; 10 seconds by default. */
    public B blockingKeepAlive(Duration keepAlive) {
        Objects.requireNonNull(keepAlive, "keepAlive");
        if (keepAlive.isNegative() || keepAlive.isZero()) {
            throw new IllegalArgumentException("blockingKeepAlive must be positive, was " + keepAlive);
        }
        this.blockingKeepAlive = keepAlive;
        return self();
    }

    /** Sets how many operations a task may do in a turn, at least 1; 128 by default. */
    public B budget(int operations) {
        this.budget = atLeastOne("budget", operations);
        return self();
    }

    /**
     * Sets after how many turns, at least 1, a busy thread looks at its driver; more, if more tasks are waiting. By
     * default after as many as take about 200 µs, from 2 to 61; 61 on a current-thread runtime.
     */
    public B driverInterval(int polls) {
        this.driverInterval = atLeastOne("driverInterval", polls);
        return self();
    }

    /**
     * Sets once in how many turns, at least 1, a busy thread takes what was woken or spawned from outside before what it
     * has itself. By default as often as every 200 µs or so, from 2 to 127 turns; 31 on a current-thread runtime.
     */
    public B sharedQueueInterval(int polls) {
        this.sharedInterval = atLeastOne("sharedQueueInterval", polls);
        return self();
    }

    /** Sets the seed of all random choices. */
    public B seed(long seed) {
        this.seed = seed;
        return self();
    }

    /**
     * Sets whether tasks without a name remember the call that spawned them, too; false by default, as it adds about a
     * microsecond to a spawn.
     */
    public B spawnSites(boolean remembered) {
        this.spawnSites = remembered;
        return self();
    }

    /** Sets what is called on the runtime's threads as they begin, end, wait and go on. */
    public B threadHooks(ThreadHooks hooks) {
        this.threadHooks = Objects.requireNonNull(hooks, "hooks");
        return self();
    }

    /** Sets what is called as tasks are spawned, polled and end. */
    public B taskHooks(TaskHooks hooks) {
        this.taskHooks = Objects.requireNonNull(hooks, "hooks");
        return self();
    }

    /** Sets what happens when a spawned task fails; by default nothing but that its handle tells. */
    public B onTaskFailure(TaskFailure reaction) {
        this.onTaskFailure = Objects.requireNonNull(reaction, "reaction");
        return self();
    }

    /** Sets whether the {@linkplain RuntimeMetrics#pollTimes lengths of polls} are counted; false by default. */
    public B pollTimes(boolean counted) {
        this.pollTimes = counted;
        return self();
    }

    /**
     * Sets whether it is counted {@linkplain RuntimeMetrics#scheduleLatencies how long tasks wait} from wake to poll;
     * false by default, as it takes two looks at the clock a poll, and an object more a task. What a thread outside of
     * the workers blocks on is not counted.
     */
    public B scheduleLatencies(boolean counted) {
        this.scheduleLatencies = counted;
        return self();
    }

    /**
     * Lets a thread look for polls that do not return for so long, and log each with its task and its stack. Off by
     * default. A poll that blocks {@linkplain TaskRuntime#blockInPlace in place} does not count.
     *
     * @param threshold more than zero
     */
    public B reportStalledPolls(Duration threshold) {
        if (Objects.requireNonNull(threshold, "threshold").isNegative() || threshold.isZero()) {
            throw new IllegalArgumentException("threshold must be positive, was " + threshold);
        }
        this.stallThreshold = threshold;
        return self();
    }

    /**
     * Lets a thread look for polls that do not return for so long.
     *
     * @param threshold more than zero
     * @param handler told once of each such poll, on the thread that looks
     */
    public B reportStalledPolls(Duration threshold, Consumer<StalledPoll> handler) {
        this.stallHandler = Objects.requireNonNull(handler, "handler");
        return reportStalledPolls(threshold);
    }

    /**
     * Sets who learns of errors that neither a handle nor a subscriber can receive, such as those thrown by a close.
     * Called on workers, must not block; by default they are logged.
     */
    public B onUndeliverable(Consumer<Throwable> handler) {
        this.undeliverable = Objects.requireNonNull(handler, "handler");
        return self();
    }

    final ThreadFactory threadsNamed(String role) {
        return named(role, maker(), daemon);
    }

    final ThreadFactory blockingThreadsNamed(String role) {
        ThreadFactory maker = unpinned(virtualBlocking ? VirtualThreads.factory() : maker());
        return named(role, maker, virtualBlocking || daemon);
    }

    /** A worker that needs one more thread for blocking calls starts it, and must not give it its CPU. */
    private ThreadFactory unpinned(ThreadFactory maker) {
        WorkerAffinity pinned = affinity;
        Undeliverable handler = new Undeliverable(undeliverable);
        return pinned == null
                ? maker
                : body -> maker.newThread(() -> {
                    handler.contain(pinned::release);
                    body.run();
                });
    }

    private ThreadFactory named(String role, ThreadFactory maker, boolean daemons) {
        ThreadNames names = threadNames;
        String runtime = name;
        AtomicInteger count = new AtomicInteger();
        ThreadHooks hooks = threadHooks;
        Undeliverable handler = new Undeliverable(undeliverable);
        return body -> {
            Thread thread = maker.newThread(hooks == null ? body : () -> runHooked(body, hooks, handler));
            thread.setName(names.nameOf(runtime, role, count.getAndIncrement()));
            thread.setDaemon(daemons);
            return thread;
        };
    }

    private static void runHooked(Runnable body, ThreadHooks hooks, Undeliverable handler) {
        handler.contain(hooks::onStart);
        try {
            body.run();
        } finally {
            handler.contain(hooks::onStop);
        }
    }

    private ThreadFactory maker() {
        if (threads == null) {
            long size = stackSize;
            return body -> new Thread(null, body, "weir", size);
        }
        if (stackSize > 0) {
            throw new IllegalStateException(
                    "threadStackSize is for threads that no threadFactory makes: set one of them");
        }
        return threads;
    }

    /** Names threads. */
    @FunctionalInterface
    public interface ThreadNames {
        /**
         * Returns the name of a thread that is about to be made.
         *
         * @param runtime the name of the runtime
         * @param role {@code worker} or {@code blocking}
         * @param number how many of this role were made before it
         */
        String nameOf(String runtime, String role, int number);
    }

    static int atLeastOne(String setting, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + " must be at least 1, was " + value);
        }
        return value;
    }

    private static Driver installedDriver(Clock clock) {
        return ServiceLoader.load(Driver.Factory.class, Driver.Factory.class.getClassLoader())
                .findFirst()
                .map(factory -> factory.create(clock))
                .orElseGet(ParkDriver::new);
    }
}
