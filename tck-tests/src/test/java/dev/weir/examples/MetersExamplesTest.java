package dev.weir.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.interop.StreamMeters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What {@link StreamMeters} shows, and what a dashboard would ask the registry. */
class MetersExamplesTest {
    private record Order(int number) {}

    private final List<Order> booked = new ArrayList<>();

    private void book(Order order) {
        if (order.number == 3) {
            throw new IllegalArgumentException("out of stock");
        }
        booked.add(order);
    }

    @Test
    void a_stream_of_orders_is_counted_where_it_comes_in() throws Exception {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        AsyncStream<Order> orders = AsyncStream.range(1, 9).map(Order::new);
        try (TaskRuntime runtime = TaskRuntime.builder().workers(1).build()) {
            StreamMeters meters = StreamMeters.of(registry, "orders", "region", "eu");
            var run = orders.tap(meters).forEach(this::book).run(runtime);
            assertThat(run.toCompletionStage().toCompletableFuture()).failsWithin(java.time.Duration.ofSeconds(30));
        }

        assertThat(booked).hasSize(2);
        assertThat(registry.get("orders.items").tag("region", "eu").counter().count())
                .isEqualTo(3);
        assertThat(registry.get("orders.duration")
                        .tags("outcome", "cancelled", "exception", "none")
                        .timer()
                        .count())
                .as("who books has failed, and upstream has not")
                .isEqualTo(1);
    }
}
