package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.AbortHandle;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The product of how a task ends, when it is joined, when it is cancelled and what becomes of its handle, on every
 * runtime. What {@code TaskOutcomesTest} shows of a task by itself is shown here of the threads around it.
 */
class TaskCombinationsTest {
    @SuppressWarnings("serial")
    private static final class PlantedError extends Error {}

    private enum Ending {
        RESULT,
        NULL,
        EXCEPTION,
        ERROR,
        THROWING_CLOSE
    }

    private enum Join {
        BEFORE_THE_END,
        AFTER_THE_END,
        NEVER
    }

    private enum Cancel {
        NEVER,
        AT_ONCE,
        WHILE_IT_WAITS,
        AS_IT_ENDS,
        AFTER_THE_END
    }

    private enum Handle {
        KEPT,
        DROPPED,
        ABORT_ONLY
    }

    private record Scene(Runtimes on, Ending ending, Join join, Cancel cancel, Handle handle) {
        /** A handle that was dropped joins nothing, and cancels only on the way. */
        boolean exists() {
            boolean cancelsOnTheWay = cancel == Cancel.NEVER || cancel == Cancel.AT_ONCE;
            boolean canCancel = handle == Handle.ABORT_ONLY || cancelsOnTheWay;
            return handle == Handle.KEPT || (join == Join.NEVER && canCancel);
        }

        boolean mayEndCancelled() {
            return cancel == Cancel.AT_ONCE || cancel == Cancel.WHILE_IT_WAITS || cancel == Cancel.AS_IT_ENDS;
        }

        boolean mayEndByItself() {
            return cancel == Cancel.NEVER || cancel == Cancel.AS_IT_ENDS || cancel == Cancel.AFTER_THE_END;
        }

        boolean isOwnEnd(Object outcome) {
            return switch (ending) {
                case RESULT, THROWING_CLOSE -> "result".equals(outcome);
                case NULL -> "null".equals(outcome);
                case EXCEPTION -> outcome instanceof IOException;
                case ERROR -> outcome instanceof PlantedError;
            };
        }
    }

    @TestFactory
    Stream<DynamicContainer> every_combination_ends_once_and_as_the_contract_says() {
        return Stream.of(Runtimes.values())
                .map(on -> DynamicContainer.dynamicContainer(
                        on.toString(),
                        scenes(on)
                                .map(scene ->
                                        DynamicTest.dynamicTest(scene.toString(), () -> new Play(scene).play()))));
    }

    private static Stream<Scene> scenes(Runtimes on) {
        return Stream.of(Ending.values())
                .flatMap(ending -> Stream.of(Join.values())
                        .flatMap(join -> Stream.of(Cancel.values())
                                .flatMap(cancel -> Stream.of(Handle.values())
                                        .map(handle -> new Scene(on, ending, join, cancel, handle)))))
                .filter(Scene::exists);
    }

    /** One scene on a runtime of its own. */
    private static final class Play implements Pollable<String> {
        private final Scene scene;
        private final Signal signal = new Signal();
        private final Watched<String> watched = new Watched<>(this);
        private final List<Throwable> undeliverable = new CopyOnWriteArrayList<>();

        Play(Scene scene) {
            this.scene = scene;
        }

        @Override
        public Poll<String> poll(Context cx) throws Exception {
            if (signal.poll(cx).isPending()) {
                return Poll.pending();
            }
            return switch (scene.ending) {
                case RESULT, THROWING_CLOSE -> Poll.ready("result");
                case NULL -> Poll.ready(null);
                case EXCEPTION -> throw new IOException("planted");
                case ERROR -> throw new PlantedError();
            };
        }

        @Override
        public void close() {
            if (scene.ending == Ending.THROWING_CLOSE) {
                throw new IllegalStateException("planted");
            }
        }

        void play() {
            try (TaskRuntime runtime =
                    scene.on.builder().onUndeliverable(undeliverable::add).build()) {
                JoinHandle<String> task = runtime.spawn(watched);
                AbortHandle abort = task.abortHandle();
                Runnable cancel = scene.handle == Handle.ABORT_ONLY ? abort::cancel : task::cancel;
                CompletableFuture<String> early = scene.join == Join.BEFORE_THE_END
                        ? task.toCompletionStage().toCompletableFuture()
                        : null;
                JoinHandle<String> kept = scene.handle == Handle.KEPT ? task : null;
                cancelAndEnd(runtime, cancel);
                if (early != null) {
                    runtime.blockOn(Recipes.spinUntil(early::isDone));
                    assertOutcome(early.handle((result, thrown) -> thrown == null ? Objects.toString(result) : thrown)
                            .join());
                }
                runtime.blockOn(Recipes.spinUntil(abort::isDone));
                if (kept != null && scene.join != Join.NEVER) {
                    assertOutcome(outcomeOf(kept));
                }
                if (scene.cancel == Cancel.AFTER_THE_END) {
                    cancel.run();
                    assertThat(task.failure() instanceof CancellationException).isFalse();
                }
            }
            assertThat(watched.closes).hasValue(1);
            assertThat(watched.violations).hasValue(0);
            assertThat(watched.polls.get()).isBetween(scene.cancel == Cancel.AT_ONCE ? 0 : 1, 2);
            assertThat(undeliverable).hasSize(scene.ending == Ending.THROWING_CLOSE ? 1 : 0);
        }

        private void cancelAndEnd(TaskRuntime runtime, Runnable cancel) {
            switch (scene.cancel) {
                case NEVER, AFTER_THE_END -> signal.set();
                case AT_ONCE -> cancel.run();
                case WHILE_IT_WAITS -> {
                    runtime.blockOn(Recipes.spinUntil(() -> watched.polls.get() == 1));
                    cancel.run();
                }
                case AS_IT_ENDS -> {
                    runtime.blockOn(Recipes.spinUntil(() -> watched.polls.get() == 1));
                    signal.set();
                    cancel.run();
                }
            }
        }

        private Object outcomeOf(JoinHandle<String> task) {
            Throwable failure = task.failure();
            return failure == null ? Objects.toString(task.join()) : failure;
        }

        private void assertOutcome(Object outcome) {
            boolean cancelled = outcome instanceof CancellationException;
            assertThat(cancelled ? scene.mayEndCancelled() : scene.mayEndByItself() && scene.isOwnEnd(outcome))
                    .as("%s as the outcome of %s", outcome, scene)
                    .isTrue();
        }
    }
}
