package dev.weir.stream.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.time.ManualClock;
import dev.weir.time.Timers;
import java.time.Duration;
import java.util.Objects;
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
}
