package dev.weir.stream.interop;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.StreamListener;
import dev.weir.stream.StreamListener.Outcome;
import dev.weir.stream.push.Drops;
import dev.weir.task.JoinHandle;
import dev.weir.time.ManualClock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class StreamMetersTest {
    private final CurrentThreadRuntime runtime =
            TaskRuntime.currentThread().clock(new ManualClock()).build();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final StreamMeters meters = StreamMeters.of(registry, "orders", "region", "eu");

    @AfterEach
    void close() {
        runtime.close();
    }

    private double count(String which) {
        return registry.get("orders." + which).tag("region", "eu").counter().count();
    }

    private double millis(String which) {
        return registry.get("orders." + which).tag("region", "eu").timer().totalTime(MILLISECONDS);
    }

    private Timer ended(String outcome, String exception) {
        return registry.get("orders.duration")
                .tags("region", "eu", "outcome", outcome, "exception", exception)
                .timer();
    }

    /** Runs it by the paused clock, as long as that takes. */
    private void run(AsyncStream<?> stream) {
        JoinHandle<Long> run = runtime.spawn(stream.count());
        runtime.elapse(Duration.ofHours(1));
        assertThat(run.isDone()).isTrue();
    }

    @Test
    void items_demand_and_times_are_those_of_upstream_and_of_those_below() {
        run(AsyncStream.range(0, 3)
                .delayElements(Duration.ofMillis(10)) // upstream
                .tap(meters)
                .delayElements(Duration.ofMillis(5))); // below

        assertThat(count("runs")).isEqualTo(1);
        assertThat(count("items")).isEqualTo(3);
        assertThat(count("requested")).isEqualTo(3);
        assertThat(registry.get("orders.wait").timer().count()).isEqualTo(3);
        assertThat(registry.get("orders.interval").timer().count()).isEqualTo(3);
        assertThat(millis("wait")).isEqualTo(30);
        assertThat(millis("interval"))
                .as("and twice those below, before the next")
                .isEqualTo(40);
        assertThat(ended("completed", "none").count()).isEqualTo(1);
        assertThat(ended("completed", "none").totalTime(MILLISECONDS)).isBetween(40.0, 45.0);
    }

    @Test
    void each_run_ends_once_as_completed_as_cancelled_or_as_failed_by_the_class_of_its_failure() {
        AsyncStream<Integer> items = AsyncStream.of(1, 2).tap(meters);
        run(items);
        run(items.take(1));
        run(AsyncStream.failed(new IOException("first")).tap(meters).onErrorComplete());
        run(AsyncStream.failed(new IOException("second")).tap(meters).onErrorComplete());

        assertThat(count("runs")).isEqualTo(4);
        assertThat(ended("completed", "none").count()).isEqualTo(1);
        assertThat(ended("cancelled", "none").count()).isEqualTo(1);
        assertThat(ended("failed", "java.io.IOException").count()).isEqualTo(2);
        assertThat(registry.get("orders.duration").timers().stream().mapToLong(Timer::count))
                .as("ends in all")
                .containsExactlyInAnyOrder(1L, 1L, 2L);
    }

    @Test
    void a_run_that_nobody_has_asked_for_anything_is_not_counted_and_what_is_there_is_there_from_the_beginning() {
        AsyncStream.of(1).tap(meters).open().close();

        assertThat(count("runs")).isZero();
        assertThat(registry.getMeters().stream().map(Meter::getId).map(id -> id.getName() + id.getTags()))
                .containsExactlyInAnyOrder(
                        "orders.runs[tag(region=eu)]",
                        "orders.requested[tag(region=eu)]",
                        "orders.items[tag(region=eu)]",
                        "orders.wait[tag(region=eu)]",
                        "orders.interval[tag(region=eu)]",
                        "orders.duration[tag(exception=none), tag(outcome=completed), tag(region=eu)]",
                        "orders.duration[tag(exception=none), tag(outcome=cancelled), tag(region=eu)]");
    }

    @Test
    void there_are_no_more_series_than_was_said_however_many_classes_of_failures_there_are() {
        StreamListener<Object> run = meters.get();
        List<Throwable> failures = IntStream.rangeClosed(0, StreamMeters.EXCEPTIONS + 9)
                .mapToObj(StreamMetersTest::failureOfAnotherClass)
                .toList();
        assertThat(failures.stream().map(Throwable::getClass).distinct()).hasSameSizeAs(failures);

        for (int round = 0; round < 2; round++) {
            failures.forEach(failure -> run.onEnd(Outcome.FAILED, failure, 0, 1));
        }

        assertThat(registry.find("orders.duration").tag("outcome", "failed").timers())
                .hasSize(StreamMeters.EXCEPTIONS + 1);
        assertThat(ended("failed", "other").count()).isEqualTo(20);
    }

    public static final class Planned extends Exception {
        private static final long serialVersionUID = 1;
    }

    /** A hidden class each time, as those have them who make classes as they go. */
    private static Throwable failureOfAnotherClass(int number) {
        try (InputStream bytes = StreamMetersTest.class.getResourceAsStream("StreamMetersTest$Planned.class")) {
            return (Throwable) MethodHandles.lookup()
                    .defineHiddenClass(Objects.requireNonNull(bytes).readAllBytes(), false)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (IOException | ReflectiveOperationException thrown) {
            throw new AssertionError("class " + number, thrown);
        }
    }

    @Test
    void meters_of_one_name_and_the_same_tags_are_the_same_and_others_count_apart() {
        StreamMeters again = StreamMeters.of(registry, "orders", List.of(Tag.of("region", "eu")));
        StreamMeters other = StreamMeters.of(registry, "orders", Tags.of("region", "us"));
        run(AsyncStream.of(1).tap(meters));
        run(AsyncStream.of(1, 2).tap(again));
        run(AsyncStream.of(1, 2, 3, 4).tap(other));

        assertThat(count("items")).isEqualTo(3);
        assertThat(registry.get("orders.items").tag("region", "us").counter().count())
                .isEqualTo(4);
    }

    @Test
    void a_registry_that_denies_or_is_closed_changes_nothing() {
        SimpleMeterRegistry denying = new SimpleMeterRegistry();
        denying.config().meterFilter(MeterFilter.deny());
        long failures = Drops.failures();
        run(AsyncStream.of(1).tap(StreamMeters.of(denying, "orders")));
        registry.close();
        run(AsyncStream.of(1).tap(meters));
        run(AsyncStream.of(1).tap(StreamMeters.of(registry, "late")));

        assertThat(Drops.failures()).isEqualTo(failures);
        assertThat(denying.getMeters()).isEmpty();
    }

    @Test
    void a_key_without_a_value_is_refused() {
        assertThatThrownBy(() -> StreamMeters.of(registry, "orders", "region"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
