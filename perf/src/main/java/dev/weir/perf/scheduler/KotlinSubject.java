package dev.weir.perf.scheduler;

import dev.weir.perf.coroutine.Coroutine;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import kotlin.Unit;
import kotlin.coroutines.Continuation;
import kotlin.coroutines.EmptyCoroutineContext;
import kotlinx.coroutines.BuildersKt;
import kotlinx.coroutines.CompletableDeferred;
import kotlinx.coroutines.CompletableDeferredKt;
import kotlinx.coroutines.Dispatchers;
import kotlinx.coroutines.Job;
import kotlinx.coroutines.YieldKt;
import org.jspecify.annotations.Nullable;

/**
 * Coroutines on the default dispatcher, in the state machines that Kotlin's compiler makes of suspending functions:
 * {@code launch} in the global scope (the least work), {@code yield}, {@code CompletableDeferred}, {@code Job.join}. The
 * number of threads can be set only before the first use of the dispatcher in the process.
 */
@SuppressWarnings("serial") // Kotlin's base class is serializable; nothing here is ever written
final class KotlinSubject implements Subject {
    private final List<Job> remote = new ArrayList<>();

    KotlinSubject(int workers) {
        Coroutine.threads(workers);
    }

    @Override
    public void spawn(Work body) {
        Coroutine.launch(new Once(body, null));
    }

    @Override
    public void spawnYielding(int yields, Runnable end) {
        Coroutine.launch(new Yielding(yields, end, null));
    }

    @Override
    public void spawnYielding(BooleanSupplier step) {
        Coroutine.launch(new Stepping(step, null));
    }

    @Override
    public void spawnPingPong(Runnable end) {
        Coroutine.launch(new Ping(end, null));
    }

    @Override
    public void spawnJoining(int times, Stopwatch watch, Runnable end) {
        Coroutine.launch(new Joining(times, watch, end, null));
    }

    @Override
    public void spawnBlocking(Work body) {
        Coroutine.launch(Dispatchers.getIO(), new Once(body, null));
    }

    @Override
    public void drive(BooleanSupplier next, Consumer<Countdown> round) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        Coroutine.launch(new Driver(next, round, over, null));
        over.join();
    }

    @Override
    public void spawnRemote(int tasks) {
        for (int i = 0; i < tasks; i++) {
            remote.add(Coroutine.launch(new Once(Work.nothing(), null)));
        }
    }

    @Override
    public void awaitRemote() throws InterruptedException {
        BuildersKt.runBlocking(EmptyCoroutineContext.INSTANCE, new Ends(remote, null));
        remote.clear();
    }

    @Override
    public void close() {} // the dispatcher belongs to the process

    private static final class Once extends Coroutine {
        private final Work body;

        Once(Work body, @Nullable Continuation<?> completion) {
            super(completion);
            this.body = body;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Once(body, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            body.run();
            return Unit.INSTANCE;
        }
    }

    private static final class Yielding extends Coroutine {
        private final Runnable end;
        private int left;

        Yielding(int yields, Runnable end, @Nullable Continuation<?> completion) {
            super(completion);
            this.left = yields;
            this.end = end;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Yielding(left, end, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            while (left-- > 0) {
                if (YieldKt.yield(self()) == SUSPENDED) {
                    return SUSPENDED;
                }
            }
            end.run();
            return Unit.INSTANCE;
        }
    }

    private static final class Stepping extends Coroutine {
        private final BooleanSupplier step;

        Stepping(BooleanSupplier step, @Nullable Continuation<?> completion) {
            super(completion);
            this.step = step;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Stepping(step, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            while (step.getAsBoolean()) {
                if (YieldKt.yield(self()) == SUSPENDED) {
                    return SUSPENDED;
                }
            }
            return Unit.INSTANCE;
        }
    }

    private static final class Ping extends Coroutine {
        private final Runnable end;
        private boolean asked;

        Ping(Runnable end, @Nullable Continuation<?> completion) {
            super(completion);
            this.end = end;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Ping(end, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            if (!asked) {
                asked = true;
                CompletableDeferred<Boolean> question = CompletableDeferredKt.CompletableDeferred(null);
                CompletableDeferred<Boolean> answer = CompletableDeferredKt.CompletableDeferred(null);
                Coroutine.launch(new Pong(question, answer, null));
                question.complete(true);
                if (answer.await(boxed(this)) == SUSPENDED) {
                    return SUSPENDED;
                }
            }
            end.run();
            return Unit.INSTANCE;
        }
    }

    private static final class Pong extends Coroutine {
        private final CompletableDeferred<Boolean> question;
        private final CompletableDeferred<Boolean> answer;
        private boolean waited;

        Pong(
                CompletableDeferred<Boolean> question,
                CompletableDeferred<Boolean> answer,
                @Nullable Continuation<?> completion) {
            super(completion);
            this.question = question;
            this.answer = answer;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Pong(question, answer, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            Object received = result;
            if (!waited) {
                waited = true;
                received = question.await(boxed(this));
                if (received == SUSPENDED) {
                    return SUSPENDED;
                }
            }
            answer.complete((Boolean) received);
            return Unit.INSTANCE;
        }
    }

    private static final class Joining extends Coroutine {
        private final Stopwatch watch;
        private final Runnable end;
        private int left;
        private boolean joining;

        Joining(int times, Stopwatch watch, Runnable end, @Nullable Continuation<?> completion) {
            super(completion);
            this.left = times;
            this.watch = watch;
            this.end = end;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Joining(left, watch, end, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            for (; ; ) {
                if (joining) {
                    joining = false;
                    watch.stop();
                }
                if (left-- == 0) {
                    end.run();
                    return Unit.INSTANCE;
                }
                watch.start();
                joining = true;
                if (Coroutine.launch(new Once(Work.nothing(), null)).join(self()) == SUSPENDED) {
                    return SUSPENDED;
                }
            }
        }
    }

    private static final class Driver extends Coroutine {
        private final BooleanSupplier next;
        private final Consumer<Countdown> round;
        private final CompletableFuture<Void> over;
        private final Countdown left = new Countdown(this::ended);
        private CompletableDeferred<Boolean> ended = CompletableDeferredKt.CompletableDeferred(null);

        Driver(
                BooleanSupplier next,
                Consumer<Countdown> round,
                CompletableFuture<Void> over,
                @Nullable Continuation<?> completion) {
            super(completion);
            this.next = next;
            this.round = round;
            this.over = over;
        }

        private void ended() {
            ended.complete(true);
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Driver(next, round, over, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            try {
                while (next.getAsBoolean()) {
                    ended = CompletableDeferredKt.CompletableDeferred(null);
                    round.accept(left);
                    if (ended.await(boxed(this)) == SUSPENDED) {
                        return SUSPENDED;
                    }
                }
                over.complete(null);
            } catch (Throwable thrown) {
                over.completeExceptionally(thrown);
            }
            return Unit.INSTANCE;
        }
    }

    /** Awaits one job after the other. */
    private static final class Ends extends Coroutine {
        private final List<Job> jobs;
        private int ended;

        Ends(List<Job> jobs, @Nullable Continuation<?> completion) {
            super(completion);
            this.jobs = jobs;
        }

        @Override
        public Continuation<Unit> create(@Nullable Object scope, Continuation<?> completion) {
            return new Ends(jobs, completion).self();
        }

        @Override
        protected @Nullable Object invokeSuspend(Object result) {
            while (ended < jobs.size()) {
                if (jobs.get(ended++).join(self()) == SUSPENDED) {
                    return SUSPENDED;
                }
            }
            return Unit.INSTANCE;
        }
    }

    @SuppressWarnings("unchecked") // a continuation takes any result
    private static Continuation<Boolean> boxed(Coroutine coroutine) {
        return (Continuation<Boolean>) (Continuation<?>) coroutine;
    }
}
