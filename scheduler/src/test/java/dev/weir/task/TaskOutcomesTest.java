package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The product of what a poll may do, when a cancel may come, how a result may be awaited, and how a close may go. */
class TaskOutcomesTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    @SuppressWarnings("serial")
    private static final class PlantedError extends Error {}

    @SuppressWarnings("serial")
    private static final class FailedClose extends RuntimeException {}

    private enum Answer {
        READY,
        READY_WITH_NULL,
        THROWS_EXCEPTION,
        THROWS_ERROR,
        RETURNS_NULL,
        PENDING_THEN_READY,
        PENDING_FOR_EVER;

        boolean endsAtFirstPoll() {
            return this != PENDING_THEN_READY && this != PENDING_FOR_EVER;
        }
    }

    private enum Cancel {
        NEVER,
        BEFORE_FIRST_POLL,
        DURING_POLL,
        WHILE_IDLE,
        BY_A_WAKER,
        AFTER_END
    }

    private enum Await {
        JOIN_BEFORE,
        JOIN_AFTER,
        NOBODY,
        OTHER_TASK,
        STAGE,
        TIMED
    }

    private enum Close {
        NORMAL,
        THROWS
    }

    private record Scene(Answer answer, Cancel cancel, Await await, Close close) {
        boolean endsCancelled() {
            return switch (cancel) {
                case BEFORE_FIRST_POLL -> true;
                case DURING_POLL, WHILE_IDLE, BY_A_WAKER -> !answer.endsAtFirstPoll();
                case NEVER, AFTER_END -> answer == Answer.PENDING_FOR_EVER; // the test gives up in the end
            };
        }

        int polls() {
            if (cancel == Cancel.BEFORE_FIRST_POLL) {
                return 0;
            }
            return answer == Answer.PENDING_THEN_READY && !endsCancelled() ? 2 : 1;
        }

        Object outcome() {
            if (endsCancelled()) {
                return CancellationException.class;
            }
            return switch (answer) {
                case READY, PENDING_THEN_READY -> "result";
                case READY_WITH_NULL -> "null";
                case THROWS_EXCEPTION -> IOException.class;
                case THROWS_ERROR -> PlantedError.class;
                case RETURNS_NULL -> NullPointerException.class;
                case PENDING_FOR_EVER -> throw new AssertionError("ends cancelled");
            };
        }
    }

    @TestFactory
    Stream<DynamicTest> every_scene_ends_once_and_as_the_contract_says() {
        return Stream.of(Answer.values())
                .flatMap(answer -> Stream.of(Cancel.values())
                        .flatMap(cancel -> Stream.of(Await.values())
                                .flatMap(await -> Stream.of(Close.values())
                                        .map(close -> new Scene(answer, cancel, await, close)))))
                .map(scene -> DynamicTest.dynamicTest(scene.toString(), () -> new Stage(scene).play()));
    }

    /** One scene on its own scheduler. */
    private static final class Stage implements Pollable<String> {
        private final Scene scene;
        private final Lane lane = new Lane();
        private final WakerCell event = new WakerCell();
        private final AtomicReference<Object> awaited = new AtomicReference<>();
        private final Task<String> task = new Task<>(this, lane);
        private int polls;
        private int closes;
        private boolean resolvedBeforeClose;

        Stage(Scene scene) {
            this.scene = scene;
        }

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            polls++;
            if (scene.cancel == Cancel.DURING_POLL) {
                task.cancel();
            }
            return switch (scene.answer) {
                case READY -> Poll.ready("result");
                case READY_WITH_NULL -> Poll.ready(null);
                case THROWS_EXCEPTION -> throw new IOException("planted");
                case THROWS_ERROR -> throw new PlantedError();
                case RETURNS_NULL -> null;
                case PENDING_THEN_READY -> polls == 2 ? Poll.ready("result") : waitForEvent(cx);
                case PENDING_FOR_EVER -> waitForEvent(cx);
            };
        }

        private Poll<String> waitForEvent(Context cx) {
            event.register(scene.cancel == Cancel.BY_A_WAKER ? this::wakeAndCancel : cx.waker());
            return Poll.pending();
        }

        private void wakeAndCancel() {
            task.wake();
            task.cancel();
        }

        @Override
        public void close() {
            closes++;
            resolvedBeforeClose = task.isDone();
            if (scene.close == Close.THROWS) {
                throw new FailedClose();
            }
        }

        void play() throws Exception {
            Thread joiner = awaitBefore();
            lane.schedule(task);
            if (scene.cancel == Cancel.BEFORE_FIRST_POLL) {
                task.cancel();
            }
            lane.runAll();
            switch (scene.cancel) {
                case WHILE_IDLE -> task.cancel();
                case NEVER, DURING_POLL, BEFORE_FIRST_POLL, BY_A_WAKER, AFTER_END -> {
                    if (scene.answer != Answer.PENDING_FOR_EVER || scene.cancel == Cancel.BY_A_WAKER) {
                        event.wake();
                    }
                }
            }
            lane.runAll();
            task.cancel(); // too late, but for those who wait for ever
            lane.runAll();
            awaitAfter(joiner);
            assertThat(polls).isEqualTo(scene.polls());
            assertThat(closes).isEqualTo(1);
            assertThat(resolvedBeforeClose).isFalse();
            assertThat(task.isDone()).isTrue();
            assertThat(task.joinerCount()).isZero();
            assertThat(lane.undeliverable)
                    .hasSize(scene.close == Close.THROWS ? 1 : 0)
                    .hasOnlyElementsOfType(FailedClose.class);
            assertThat(lane.size()).isZero();
        }

        private Thread awaitBefore() {
            switch (scene.await) {
                case JOIN_BEFORE -> {
                    Thread joiner = new Thread(() -> awaited.set(outcomeOf(task::join)));
                    joiner.start();
                    TaskTest.awaitParked(joiner);
                    return joiner;
                }
                case OTHER_TASK ->
                    lane.spawn(cx -> {
                        AtomicReference<Poll<String>> answer = new AtomicReference<>();
                        Object outcome = outcomeOf(() -> {
                            answer.set(task.poll(cx));
                            return answer.get().isPending()
                                    ? "pending"
                                    : answer.get().get();
                        });
                        if (answer.get() != null && answer.get().isPending()) {
                            return Poll.pending();
                        }
                        assertThat(awaited.compareAndSet(null, outcome)).isTrue();
                        return Poll.done();
                    });
                case STAGE ->
                    task.toCompletionStage()
                            .whenComplete((result, thrown) -> assertThat(awaited.compareAndSet(
                                            null, thrown == null ? Objects.toString(result) : thrown))
                                    .isTrue());
                case TIMED ->
                    assertThatThrownBy(() -> task.join(Duration.ofNanos(1))).isInstanceOf(TimeoutException.class);
                case JOIN_AFTER, NOBODY -> {}
            }
            return null;
        }

        private void awaitAfter(Thread joiner) throws Exception {
            switch (scene.await) {
                case JOIN_BEFORE -> joiner.join(LONG.toMillis());
                case JOIN_AFTER -> awaited.set(outcomeOf(task::join));
                case TIMED -> awaited.set(outcomeOf(() -> task.join(LONG)));
                case OTHER_TASK, STAGE -> {}
                case NOBODY -> {
                    return;
                }
            }
            if (scene.outcome() instanceof Class<?> type) {
                assertThat(awaited.get()).isInstanceOf(type);
            } else {
                assertThat(awaited.get()).isEqualTo(scene.outcome());
            }
        }
    }

    /** The result as a string, or what was thrown, a {@link CompletionException} unwrapped. */
    private static Object outcomeOf(Callable<String> join) {
        try {
            return Objects.toString(join.call());
        } catch (CompletionException e) {
            return e.getCause();
        } catch (Exception e) {
            return e;
        }
    }
}
