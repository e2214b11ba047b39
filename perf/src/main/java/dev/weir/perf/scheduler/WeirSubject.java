package dev.weir.perf.scheduler;

import dev.weir.runtime.TaskRuntime;
import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.task.WakerCell;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Weir as its users write it: pollables spawned on a runtime, awaited by their handles. */
final class WeirSubject implements Subject {
    private final TaskRuntime runtime;
    private final List<JoinHandle<?>> remote = new ArrayList<>();

    WeirSubject(int workers) {
        runtime = TaskRuntime.builder().workers(workers).build();
    }

    @Override
    public void spawn(Work body) {
        runtime.spawn(body);
    }

    @Override
    public void spawnYielding(int yields, Runnable end) {
        runtime.spawn(new Yielding(yields, end));
    }

    @Override
    public void spawnYielding(BooleanSupplier step) {
        runtime.spawn(cx -> {
            if (!step.getAsBoolean()) {
                return Poll.done();
            }
            cx.waker().wake();
            return Poll.pending();
        });
    }

    @Override
    public void spawnPingPong(Runnable end) {
        runtime.spawn(new Ping(end));
    }

    @Override
    public void spawnJoining(int times, Stopwatch watch, Runnable end) {
        runtime.spawn(new Joining(times, watch, end));
    }

    @Override
    public void spawnBlocking(Work body) {
        runtime.spawnBlocking(Executors.callable(body));
    }

    @Override
    public void drive(BooleanSupplier next, Consumer<Countdown> round) {
        runtime.spawn(new Driver(next, round)).join();
    }

    @Override
    public void spawnRemote(int tasks) {
        for (int i = 0; i < tasks; i++) {
            remote.add(runtime.spawn(Work.nothing()));
        }
    }

    @Override
    public void awaitRemote() {
        runtime.blockOn(new Ends(remote));
        remote.clear();
    }

    @Override
    public void close() {
        runtime.close();
    }

    private static final class Driver implements Pollable<@Nullable Void> {
        private final BooleanSupplier next;
        private final Consumer<Countdown> round;
        private final WakerCell ended = new WakerCell();
        private final Countdown left = new Countdown(ended::wake);

        Driver(BooleanSupplier next, Consumer<Countdown> round) {
            this.next = next;
            this.round = round;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            for (; ; ) {
                ended.register(cx.waker());
                if (!left.isZero()) {
                    return Poll.pending();
                }
                if (!next.getAsBoolean()) {
                    return Poll.done();
                }
                round.accept(left);
            }
        }
    }

    private static final class Yielding implements Pollable<@Nullable Void> {
        private final Runnable end;
        private int left;

        Yielding(int yields, Runnable end) {
            this.left = yields;
            this.end = end;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (left-- > 0) {
                cx.waker().wake();
                return Poll.pending();
            }
            end.run();
            return Poll.done();
        }
    }

    private final class Ping implements Pollable<@Nullable Void> {
        private final Runnable end;
        private @Nullable Oneshot<Boolean> answer;

        Ping(Runnable end) {
            this.end = end;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            if (answer == null) {
                Oneshot<Boolean> question = new Oneshot<>();
                answer = new Oneshot<>();
                runtime.spawn(new Pong(question, answer));
                question.send(true);
            }
            if (answer.poll(cx).isPending()) {
                return Poll.pending();
            }
            end.run();
            return Poll.done();
        }
    }

    private record Pong(Oneshot<Boolean> question, Oneshot<Boolean> answer) implements Pollable<@Nullable Void> {
        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            Poll<Boolean> received = question.poll(cx);
            if (received.isPending()) {
                return Poll.pending();
            }
            answer.send(received.get());
            return Poll.done();
        }
    }

    private final class Joining implements Pollable<@Nullable Void> {
        private final Stopwatch watch;
        private final Runnable end;
        private int left;
        private @Nullable JoinHandle<?> joined;

        Joining(int times, Stopwatch watch, Runnable end) {
            this.left = times;
            this.watch = watch;
            this.end = end;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            for (; ; ) {
                if (joined == null) {
                    if (left-- == 0) {
                        end.run();
                        return Poll.done();
                    }
                    watch.start();
                    joined = runtime.spawn(Work.nothing());
                }
                if (joined.poll(cx).isPending()) {
                    return Poll.pending();
                }
                joined = null;
                watch.stop();
            }
        }
    }

    /** Awaits one handle after the other. */
    private static final class Ends implements Pollable<@Nullable Void> {
        private final List<JoinHandle<?>> handles;
        private int ended;

        Ends(List<JoinHandle<?>> handles) {
            this.handles = handles;
        }

        @Override
        public Poll<@Nullable Void> poll(Context cx) {
            while (ended < handles.size()) {
                if (handles.get(ended).poll(cx).isPending()) {
                    return Poll.pending();
                }
                ended++;
            }
            return Poll.done();
        }
    }
}
