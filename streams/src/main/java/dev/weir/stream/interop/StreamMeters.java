package dev.weir.stream.interop;

import dev.weir.stream.AsyncStream;
import dev.weir.stream.StreamListener;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Meters of one place of a stream in a registry of Micrometer, for {@link AsyncStream#tap}. All runs share them; make them
 * once and not for each run. Reactor's {@code name}, {@code tag} and {@code tap(Micrometer.metrics(registry))}.
 *
 * <pre>{@code
 * StreamMeters meters = StreamMeters.of(registry, "orders", "region", "eu");
 * orders.tap(meters).forEach(this::book).run(runtime);
 * }</pre>
 *
 * <p>Behind the name and a dot they are called:
 *
 * <dl>
 *   <dt>{@code runs}</dt><dd>Counts the runs that have begun; less the count of {@code duration}, those under way.</dd>
 *   <dt>{@code requested}</dt><dd>Counts the items that were asked for, one at a time: demand as it arrives here.</dd>
 *   <dt>{@code items}</dt><dd>Counts the items that have come.</dd>
 *   <dt>{@code wait}</dt><dd>Times each item from when it was asked for until it came: what upstream takes.</dd>
 *   <dt>{@code interval}</dt><dd>Times each item from the one before it, or from the beginning of the run; less {@code
 *       wait}, what those below take.</dd>
 *   <dt>{@code duration}</dt><dd>Times the runs that have ended. Tagged with {@code outcome}, which is {@code completed},
 *       {@code failed} or {@code cancelled}, and {@code exception}, the name of the failure's class or {@code none}.</dd>
 * </dl>
 *
 * <p>Times are by the clock of the runtime. Histograms, percentiles and limits are the registry's, by a {@code MeterFilter}
 * for these names. Tags never depend on items: there are as many series as said above, one more for each class of
 * failures, and when {@value #EXCEPTIONS} of these are known, others count as {@code other}.
 *
 * <p>Threads: any; a run costs the calls of its meters, and no lock but for a failure whose class is not known yet.
 */
public final class StreamMeters implements Supplier<StreamListener<Object>> {
    static final int EXCEPTIONS = 32;

    private final MeterRegistry registry;
    private final String name;
    private final Tags tags;
    private final Counter runs;
    private final Counter requested;
    private final Counter items;
    private final Timer wait;
    private final Timer interval;
    private final Timer completed;
    private final Timer cancelled;
    private final ConcurrentHashMap<String, Timer> failed = new ConcurrentHashMap<>();

    private StreamMeters(MeterRegistry registry, String name, Tags tags) {
        this.registry = registry;
        this.name = name;
        this.tags = tags;
        this.runs = counter("runs", "runs that have begun");
        this.requested = counter("requested", "items that were asked for");
        this.items = counter("items", "items that have come");
        this.wait = timer("wait", "from when an item was asked for until it came", tags);
        this.interval = timer("interval", "from one item to the next", tags);
        this.completed = duration(StreamListener.Outcome.COMPLETED, "none");
        this.cancelled = duration(StreamListener.Outcome.CANCELLED, "none");
    }

    /**
     * Registers meters, or finds those that are there under this name and these tags.
     *
     * @param name what the names of the meters begin with, as Micrometer writes them: {@code orders.accepted}
     * @param tags keys and values in turn; the same keys wherever the name is used
     * @throws IllegalArgumentException if a key is without a value
     */
    public static StreamMeters of(MeterRegistry registry, String name, String... tags) {
        return of(registry, name, Tags.of(tags));
    }

    /** As {@link #of(MeterRegistry, String, String...)}. */
    public static StreamMeters of(MeterRegistry registry, String name, Iterable<? extends Tag> tags) {
        return new StreamMeters(
                Objects.requireNonNull(registry, "registry"),
                Objects.requireNonNull(name, "name"),
                Tags.of(Objects.requireNonNull(tags, "tags")));
    }

    /** Returns what counts one run. */
    @Override
    public StreamListener<Object> get() {
        return new Run();
    }

    private Counter counter(String which, String what) {
        return Counter.builder(name + "." + which).description(what).tags(tags).register(registry);
    }

    private Timer timer(String which, String what, Tags tagged) {
        return Timer.builder(name + "." + which).description(what).tags(tagged).register(registry);
    }

    private Timer duration(StreamListener.Outcome outcome, String exception) {
        return timer(
                "duration",
                "runs that have ended",
                tags.and("outcome", outcome.name().toLowerCase(Locale.ROOT), "exception", exception));
    }

    private Timer failed(Throwable failure) {
        String type = failure.getClass().getName();
        Timer known = failed.get(type);
        return known != null ? known : failedAnew(type);
    }

    private synchronized Timer failedAnew(String type) {
        return failed.computeIfAbsent(
                failed.size() < EXCEPTIONS ? type : "other", added -> duration(StreamListener.Outcome.FAILED, added));
    }

    private final class Run implements StreamListener<Object> {
        private long idleNanos;

        @Override
        public void onStart() {
            runs.increment();
        }

        @Override
        public void onRequest(long idleNanos) {
            this.idleNanos = idleNanos;
            requested.increment();
        }

        @Override
        public void onItem(Object item, long waitedNanos) {
            items.increment();
            wait.record(waitedNanos, TimeUnit.NANOSECONDS);
            interval.record(idleNanos + waitedNanos, TimeUnit.NANOSECONDS);
        }

        @Override
        public void onEnd(Outcome outcome, @Nullable Throwable failure, long items, long nanos) {
            Timer ended = failure != null ? failed(failure) : outcome == Outcome.COMPLETED ? completed : cancelled;
            ended.record(nanos, TimeUnit.NANOSECONDS);
        }
    }
}
