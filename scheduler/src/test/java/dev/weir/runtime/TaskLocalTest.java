package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.TaskInfo;
import dev.weir.task.TaskLocal;
import java.io.IOException;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** A value that is where its computation is, and nowhere else. */
class TaskLocalTest {
    private static final TaskLocal<String> USER = TaskLocal.named("user");
    private static final TaskLocal<Integer> DEPTH = TaskLocal.named("depth");

    /** Notes what its polls and its close find. */
    private static final class Witness implements Pollable<Integer> {
        final Queue<String> polled = new ConcurrentLinkedQueue<>();
        final Queue<String> closed = new ConcurrentLinkedQueue<>();
        private final Pollable<Integer> work;

        Witness(Pollable<Integer> work) {
            this.work = work;
        }

        @Override
        public Poll<Integer> poll(Context cx) throws Exception {
            polled.add(user());
            return work.poll(cx);
        }

        @Override
        public void close() {
            closed.add(user());
        }
    }

    private static String user() {
        String user = USER.orNull();
        return user == null ? "nobody" : user;
    }

    @ParameterizedTest
    @EnumSource
    void it_is_found_in_every_poll_and_in_the_close_of_a_task_that_completes(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness witness = new Witness(Recipes.yields(20));
            runtime.blockOn(runtime.spawn(USER.where("alice", witness)));
            assertThat(witness.polled).hasSize(21).containsOnly("alice");
            assertThat(witness.closed).containsExactly("alice");
        }
    }

    @ParameterizedTest
    @EnumSource
    void it_is_found_in_the_close_of_a_task_that_fails_and_of_one_that_is_cancelled(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness failing = new Witness(Pollable.failed(new IOException("planted")));
            Witness waiting = new Witness(Recipes.never());
            JoinHandle<Integer> failed = runtime.spawn(USER.where("alice", failing));
            JoinHandle<Integer> cancelled = runtime.spawn(USER.where("bob", waiting));
            runtime.blockOn(Recipes.spinUntil(() -> !waiting.polled.isEmpty()));
            cancelled.cancel();
            runtime.blockOn(Recipes.end(failed));
            runtime.blockOn(Recipes.end(cancelled));
            assertThat(failing.closed).containsExactly("alice");
            assertThat(waiting.closed).containsExactly("bob");
        }
    }

    @ParameterizedTest
    @EnumSource
    void tasks_that_take_turns_on_a_thread_see_their_own(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness alice = new Witness(Recipes.yields(50));
            Witness bob = new Witness(Recipes.yields(50));
            Witness neither = new Witness(Recipes.yields(50));
            List<JoinHandle<Integer>> tasks = List.of(
                    runtime.spawn(USER.where("alice", alice)),
                    runtime.spawn(neither),
                    runtime.spawn(USER.where("bob", bob)));
            runtime.blockOn(Recipes.all(tasks));
            assertThat(alice.polled).containsOnly("alice");
            assertThat(bob.polled).containsOnly("bob");
            assertThat(neither.polled).containsOnly("nobody");
            assertThat(neither.closed).containsExactly("nobody");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_spawned_task_inherits_nothing_unless_it_is_asked_for(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness plain = new Witness(Recipes.yields(3));
            Witness heir = new Witness(Recipes.yields(3));
            Pollable<List<JoinHandle<Integer>>> parent = Pollable.of(
                    () -> List.of(runtime.spawn(plain), runtime.spawn(DEPTH.where(2, TaskLocal.inherit(heir)))));
            runtime.blockOn(Recipes.all(runtime.blockOn(USER.where("alice", parent))));
            assertThat(plain.polled).containsOnly("nobody");
            assertThat(plain.closed).containsExactly("nobody");
            assertThat(heir.polled).hasSize(4).containsOnly("alice");
            assertThat(heir.closed).containsExactly("alice");
        }
    }

    @ParameterizedTest
    @EnumSource
    void a_task_refused_by_its_runtime_does_not_see_the_locals_of_who_spawned_it(Runtimes on) {
        TaskRuntime closed = on.build();
        closed.close();
        Witness refused = new Witness(Recipes.never());
        try (TaskRuntime runtime = on.build()) {
            runtime.blockOn(USER.where("alice", Pollable.of(() -> {
                closed.spawn(refused);
                return user();
            })));
        }
        assertThat(refused.closed).containsExactly("nobody");
    }

    @ParameterizedTest
    @EnumSource
    void the_innermost_binding_counts_and_the_outer_one_returns(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Witness inner = new Witness(Recipes.yields(2));
            Witness outer = new Witness(USER.where("bob", inner));
            Pollable<String> both = USER.where(
                    "alice", DEPTH.where(1, outer.map(n -> user() + " at " + DEPTH.get() + " " + DEPTH.isBound())));
            assertThat(runtime.blockOn(both)).isEqualTo("alice at 1 true");
            assertThat(outer.polled).hasSize(3).containsOnly("alice");
            assertThat(inner.polled).hasSize(3).containsOnly("bob");
        }
    }

    @ParameterizedTest
    @EnumSource
    void what_a_thread_has_bound_is_not_seen_by_the_tasks_it_drives_while_it_blocks(Runtimes on) throws Exception {
        try (TaskRuntime runtime = on.build()) {
            Witness driven = new Witness(Recipes.yields(1));
            Witness heir = new Witness(Recipes.yields(1));
            String after = USER.callWhere("alice", () -> {
                runtime.blockOn(runtime.spawn(driven));
                runtime.blockOn(TaskLocal.inherit(heir));
                return user();
            });
            assertThat(driven.polled).containsOnly("nobody");
            assertThat(heir.polled).containsOnly("alice");
            assertThat(after).isEqualTo("alice");
            assertThat(USER.isBound()).isFalse();
        }
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.EXCLUDE, names = "CURRENT_THREAD")
    void a_poll_that_blocks_in_place_keeps_its_task_and_what_is_bound(Runtimes on) {
        try (TaskRuntime runtime = on.build()) {
            Pollable<List<String>> blocking = cx -> Poll.ready(List.of(
                    user() + TaskInfo.current().id(),
                    TaskRuntime.blockInPlace(() -> user() + TaskInfo.current().id()),
                    TaskRuntime.blockInPlace(() ->
                            runtime.spawn(Pollable.of(TaskLocalTest::user)).join()),
                    user() + TaskInfo.current().id()));
            JoinHandle<List<String>> task = runtime.spawn(USER.where("alice", blocking));
            String inside = "alice" + task.info().id();
            assertThat(runtime.blockOn(task)).containsExactly(inside, inside, "nobody", inside);
            assertThat(runtime.blockOn(Pollable.of(TaskLocalTest::user))).isEqualTo("nobody");
            assertThat(runtime.blockOn(runtime.spawn(Pollable.of(TaskLocalTest::user))))
                    .isEqualTo("nobody");
        }
    }

    @Test
    void a_call_finds_what_is_bound_to_it_and_leaves_nothing_even_if_it_throws() throws Exception {
        assertThat(USER.callWhere("alice", () -> USER.callWhere("bob", USER::get) + " of " + USER.get()))
                .isEqualTo("bob of alice");
        assertThatThrownBy(() -> USER.callWhere("alice", () -> {
                    throw new IOException("planted");
                }))
                .isInstanceOf(IOException.class);
        assertThat(USER.orNull()).isNull();
    }

    @Test
    void what_is_not_bound_is_named_with_the_way_to_inherit_it() {
        assertThatThrownBy(USER::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("user")
                .hasMessageContaining("inherit");
        assertThatThrownBy(() -> USER.where(null, Recipes.never())).hasMessage("value");
        Pollable<Integer> nothingToInherit = Recipes.never();
        assertThat(TaskLocal.inherit(nothingToInherit)).isSameAs(nothingToInherit);
    }
}
