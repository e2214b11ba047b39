package dev.weir.stream.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.task.JoinHandle;
import dev.weir.task.Pollable;
import dev.weir.time.ManualClock;
import io.micrometer.context.ContextRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/** Reactor's context and Micrometer's thread-locals through tasks and streams. */
class ContextTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final String KEY = "weir.test.user";
    private static final ThreadLocal<@Nullable String> USER = new ThreadLocal<>();

    private final TaskRuntime runtime = TaskRuntime.builder().workers(2).build();
    private final CurrentThreadRuntime paused =
            TaskRuntime.currentThread().clock(new ManualClock()).build();

    @BeforeEach
    void register() {
        ContextRegistry.getInstance().registerThreadLocalAccessor(KEY, USER);
    }

    @AfterEach
    void unregister() {
        ContextRegistry.getInstance().removeThreadLocalAccessor(KEY);
        USER.remove();
        runtime.close();
        paused.close();
    }

    @Test
    void the_context_of_a_subscriber_is_in_every_poll_of_its_run_and_in_its_close() {
        List<String> seen = new CopyOnWriteArrayList<>(); // the two runs may close at the same time
        AsyncStream<String> stream = AsyncStream.range(0, 3)
                .delayElements(Duration.ofMillis(1))
                .map(n -> n + user())
                .onClose(() -> seen.add("closed" + user()))
                .on(runtime);
        Flux<String> flux = ReactorContext.flux(stream);

        assertThat(Flux.merge(
                                flux.contextWrite(Context.of("user", "ann")),
                                flux.contextWrite(Context.of("user", "bob")))
                        .collectList()
                        .block(LIMIT))
                .containsExactlyInAnyOrder("0ann", "1ann", "2ann", "0bob", "1bob", "2bob");
        assertThat(seen).containsExactlyInAnyOrder("closedann", "closedbob");
        assertThat(ReactorContext.current().isEmpty()).isTrue();
    }

    @Test
    void publishers_upstream_of_a_stream_find_the_context_of_its_subscriber() {
        Flux<String> upstream =
                Flux.deferContextual(context -> Flux.just("up", context.getOrDefault("user", "nobody")));
        AsyncStream<String> stream =
                ReactorContext.stream(upstream).map(String::toUpperCase).on(runtime);

        assertThat(ReactorContext.flux(stream)
                        .contextWrite(Context.of("user", "ann"))
                        .collectList()
                        .block(LIMIT))
                .containsExactly("UP", "ANN");
        assertThat(Flux.from(stream).collectList().block(LIMIT)).containsExactly("UP", "NOBODY");
    }

    @Test
    void flatMapped_publishers_find_it_too() {
        AsyncStream<String> stream = AsyncStream.range(0, 4)
                .flatMap(n -> ReactorContext.stream(
                        Mono.deferContextual(context -> Mono.just(n + context.<String>get("user")))))
                .on(runtime);
        assertThat(ReactorContext.flux(stream)
                        .contextWrite(Context.of("user", "ann"))
                        .collectList()
                        .block(LIMIT))
                .containsExactlyInAnyOrder("0ann", "1ann", "2ann", "3ann");
    }

    @Test
    void a_task_keeps_the_thread_locals_of_who_spawned_it_in_every_poll() {
        USER.set("ann");
        List<@Nullable String> seen = new ArrayList<>();
        Pollable<@Nullable Void> task =
                look(seen).then(nothing -> Pollable.yieldNow()).then(nothing -> look(seen));
        JoinHandle<@Nullable Void> propagated = ThreadLocals.propagating(paused).spawn(task);
        USER.set("bob");
        JoinHandle<@Nullable Void> other = ThreadLocals.propagating(paused).spawn(look(seen));
        USER.remove();
        JoinHandle<@Nullable Void> none = ThreadLocals.propagating(paused).spawn(look(seen));
        USER.set("of this thread");
        paused.runUntilIdle();

        assertThat(seen).containsExactlyInAnyOrder("ann", "ann", "bob", null);
        assertThat(USER.get()).as("the thread has its own back").isEqualTo("of this thread");
        assertThat(List.of(propagated, other, none)).allMatch(JoinHandle::isDone);
    }

    @Test
    void what_a_poll_sets_is_gone_with_it() {
        USER.set("ann");
        List<@Nullable String> seen = new ArrayList<>();
        Callable<@Nullable Void> set = () -> {
            USER.set("set in a poll");
            return null;
        };
        ThreadLocals.propagating(paused)
                .spawn(Pollable.of(set).then(nothing -> Pollable.yieldNow()).then(nothing -> look(seen)));
        USER.remove();
        paused.runUntilIdle();
        assertThat(seen).containsExactly("ann");
        assertThat(USER.get()).isNull();
    }

    @Test
    void a_run_keeps_those_of_who_subscribed() {
        AsyncStream<String> stream = ThreadLocals.captured(AsyncStream.range(0, 2)
                .delayElements(Duration.ofMillis(1))
                .map(n -> n + String.valueOf(USER.get()))
                .on(runtime));
        USER.set("ann");
        JoinHandle<List<String>> ann = stream.toList().run();
        USER.set("bob");
        Mono<List<String>> bob = Flux.from(stream).collectList();
        assertThat(bob.block(LIMIT)).containsExactly("0bob", "1bob");
        USER.remove();
        assertThat(ann.join()).containsExactly("0ann", "1ann");
        assertThat(Flux.from(stream).collectList().block(LIMIT)).containsExactly("0null", "1null");
    }

    @Test
    void thread_locals_and_reactors_context_become_each_other_in_both_directions() {
        Flux<String> upstream = Flux.deferContextual(context -> Flux.just("context " + context.get(KEY)));
        AsyncStream<String> stream = AsyncStream.concat(
                        AsyncStream.fromCallable(() -> "thread-local " + USER.get()),
                        ReactorThreadLocals.stream(upstream))
                .on(runtime);

        assertThat(ReactorThreadLocals.flux(stream)
                        .contextWrite(Context.of(KEY, "ann"))
                        .collectList()
                        .block(LIMIT))
                .containsExactly("thread-local ann", "context ann");
        USER.set("bob");
        assertThat(ReactorThreadLocals.flux(stream).collectList().block(LIMIT))
                .containsExactly("thread-local bob", "context bob");
    }

    private static Pollable<@Nullable Void> look(List<@Nullable String> seen) {
        Callable<@Nullable Void> look = () -> {
            seen.add(USER.get());
            return null;
        };
        return Pollable.of(look);
    }

    private static String user() {
        return ReactorContext.current().getOrDefault("user", "nobody");
    }
}
