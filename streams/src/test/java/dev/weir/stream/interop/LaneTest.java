package dev.weir.stream.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One lane, polled by hand where its polls are what is asked for. */
class LaneTest {
    private final CurrentThreadRuntime runtime =
            TaskRuntime.currentThread().clock(new ManualClock()).build();
    private final Lanes lanes = new Lanes(runtime, 16, failure -> {});
    private final Lane lane = new Lane(lanes);
    private int wakes;
    private int ran;

    @AfterEach
    void close() {
        runtime.close();
    }

    private void accept(int jobs) {
        for (int i = 0; i < jobs; i++) {
            assertThat(lane.accept(() -> ran++, 0, Job.ONCE)).isNotNull();
        }
    }

    private Context contextWith(int budget) {
        Host host = new Host() {
            @Override
            public <S> @Nullable S service(Class<S> type) {
                return null;
            }
        };
        return new Context(host, budget).withWaker(() -> wakes++);
    }

    @Test
    void each_job_but_the_first_of_a_poll_costs_one_operation() {
        accept(10);
        Context cx = contextWith(3);

        assertThat(lane.poll(cx).isPending()).isTrue();

        assertThat(ran).isEqualTo(4);
        assertThat(wakes).as("it goes on when others had their turn").isEqualTo(1);
        cx.budget().refill();
        assertThat(lane.poll(cx).isPending()).isTrue();
        assertThat(ran).isEqualTo(8);
    }

    @Test
    void a_lane_that_is_disposed_leaves_no_timer() {
        Timers timers = Objects.requireNonNull(runtime.service(Timers.class));
        lane.accept(() -> ran++, TimeUnit.HOURS.toNanos(1), Job.ONCE);
        lane.accept(() -> ran++, TimeUnit.HOURS.toNanos(2), TimeUnit.HOURS.toNanos(1));
        runtime.runUntilIdle();
        assertThat(timers.size()).isEqualTo(2);

        lane.dispose();
        runtime.runUntilIdle();

        assertThat(timers.size()).isZero();
        assertThat(ran).isZero();
    }

    @Test
    void a_lane_that_is_sealed_when_it_is_empty_ends() {
        accept(1);
        runtime.runUntilIdle();
        assertThat(ran).isEqualTo(1);

        lane.seal();

        assertThat(lanes.finish().toCompletableFuture())
                .as("no lane is waited for")
                .isDone();
        assertThat(lane.poll(contextWith(3)).isReady()).isTrue();
    }

    @Test
    void a_lane_that_is_sealed_while_it_holds_something_ends_after_that() {
        accept(2);
        lane.seal();
        assertThat(lane.accept(() -> ran++, 0, Job.ONCE)).isNull();
        assertThat(lanes.finish().toCompletableFuture()).isNotDone();

        runtime.runUntilIdle();

        assertThat(ran).isEqualTo(2);
        assertThat(lanes.finish().toCompletableFuture()).isDone();
    }

    @Test
    void a_periodic_job_that_disposes_its_lane_leaves_no_timer() {
        Timers timers = Objects.requireNonNull(runtime.service(Timers.class));
        lane.accept(lane::dispose, TimeUnit.HOURS.toNanos(1), TimeUnit.HOURS.toNanos(1));

        runtime.elapse(Duration.ofHours(1));

        assertThat(lane.isDisposed()).isTrue();
        assertThat(timers.size()).isZero();
    }

    /** Two give jobs to an empty lane: the second does not wait for the first, which has not entered the lane yet. */
    private Job givenBeforeTheLaneHasEntered() {
        Job job = Objects.requireNonNull(lane.accept(() -> ran++, 0, Job.ONCE));
        lanes.leave(lane);
        return job;
    }

    @Test
    void a_lane_that_is_entered_too_late_is_disposed_with_what_others_have_put_in() {
        Job job = givenBeforeTheLaneHasEntered();
        lanes.dispose();

        assertThat(lanes.enter(lane)).isFalse();

        assertThat(job.isOver()).isTrue();
        runtime.runUntilIdle();
        assertThat(ran).isZero();
    }

    @Test
    void a_lane_that_is_entered_too_late_runs_what_others_have_put_in_if_all_are_to_finish() {
        Job job = givenBeforeTheLaneHasEntered();
        lanes.finish();

        assertThat(lanes.enter(lane)).isFalse();

        assertThat(lane.accept(() -> ran++, 0, Job.ONCE)).isNull();
        runtime.runUntilIdle();
        assertThat(ran).isEqualTo(1);
        assertThat(job.isOver()).isTrue();
    }

    /** Does something before a lane is known, once, and cannot spawn or time while it is told so. */
    private static final class Hindered extends Lanes {
        Runnable beforeItEnters = () -> {};
        boolean withoutMemory;

        Hindered(TaskRuntime runtime) {
            super(runtime, 16, failure -> {});
        }

        @Override
        boolean enter(Lane lane) {
            Runnable before = beforeItEnters;
            beforeItEnters = () -> {};
            before.run();
            return super.enter(lane);
        }

        @Override
        TaskRuntime runtime() {
            refuseWithoutMemory();
            return super.runtime();
        }

        @Override
        Timers timers() {
            refuseWithoutMemory();
            return super.timers();
        }

        private void refuseWithoutMemory() {
            if (withoutMemory) {
                throw new OutOfMemoryError("as planned");
            }
        }
    }

    @Test
    void what_is_accepted_while_the_first_is_held_up_in_the_entry_is_waited_for() {
        Hindered hindered = new Hindered(runtime);
        Lane late = new Lane(hindered);
        List<CompletableFuture<Void>> finished = new ArrayList<>();
        hindered.beforeItEnters = () -> {
            assertThat(late.accept(() -> ran++, 0, Job.ONCE)).isNotNull();
            finished.add(hindered.finish().toCompletableFuture());
            assertThat(finished.get(0)).as("one was accepted and has not run").isNotDone();
        };

        assertThat(late.accept(() -> ran++, 0, Job.ONCE)).isNull();

        runtime.runUntilIdle();
        assertThat(ran).isEqualTo(1);
        assertThat(finished.get(0)).isDone();
    }

    @Test
    void who_is_held_up_in_the_entry_until_the_lane_is_over_leaves_nothing_behind() {
        Hindered hindered = new Hindered(runtime);
        Lane late = new Lane(hindered);
        hindered.beforeItEnters = () -> {
            assertThat(late.accept(() -> ran++, 0, Job.ONCE)).isNotNull();
            late.seal();
            runtime.runUntilIdle();
            hindered.finish();
        };

        assertThat(late.accept(() -> ran++, 0, Job.ONCE)).isNull();

        assertThat(ran).isEqualTo(1);
        assertThat(hindered.finish().toCompletableFuture()).isDone();
    }

    @Test
    void a_lane_that_cannot_be_spawned_is_disposed() {
        Hindered hindered = new Hindered(runtime);
        Lane poor = new Lane(hindered);
        hindered.withoutMemory = true;
        assertThatThrownBy(() -> poor.accept(() -> ran++, 0, Job.ONCE)).hasMessage("as planned");
        hindered.withoutMemory = false;

        assertThat(poor.accept(() -> ran++, 0, Job.ONCE))
                .as("it would wait for ever")
                .isNull();
        assertThat(hindered.finish().toCompletableFuture()).isDone();
    }

    @Test
    void a_job_that_cannot_be_timed_is_not_held() {
        Hindered hindered = new Hindered(runtime);
        Lane poor = new Lane(hindered);
        hindered.withoutMemory = true;
        assertThatThrownBy(() -> poor.accept(() -> ran++, 1, Job.ONCE)).hasMessage("as planned");
        hindered.withoutMemory = false;

        runtime.elapse(Duration.ofHours(1));
        assertThat(poor.accept(() -> {}, 0, Job.ONCE)).isNotNull();
        runtime.runUntilIdle();

        assertThat(ran).isZero();
        poor.seal();
        assertThat(hindered.finish().toCompletableFuture()).isDone();
    }
}
