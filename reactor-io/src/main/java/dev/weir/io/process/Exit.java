package dev.weir.io.process;

import dev.weir.io.call.Ending;
import dev.weir.task.Context;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The end of a process. The JDK is asked once, by the first who waits: it forgets nobody who has asked, and those who ask
 * and give up may be many. If it cannot be asked, because there are no threads left, say, who tried fails, and one of
 * those who wait tries next.
 */
final class Exit {
    private final Supplier<CompletableFuture<Process>> onExit;
    private final Ending ending = new Ending();
    private final AtomicBoolean asked = new AtomicBoolean();

    Exit(Supplier<CompletableFuture<Process>> onExit) {
        this.onExit = onExit;
    }

    /** Returns the computation that waits until the process has ended. */
    Pollable<@Nullable Void> awaited() {
        Pollable<@Nullable Void> end = ending.awaited();
        return new Pollable<>() {
            @Override
            public Poll<@Nullable Void> poll(Context cx) throws Exception {
                Poll<@Nullable Void> answer = end.poll(cx); // in line before anybody is asked, or it may be late
                if (answer.isPending() && asked.compareAndSet(false, true)) {
                    ask();
                    return end.poll(cx); // it may have ended at once
                }
                return answer;
            }

            @Override
            public void close() {
                end.close();
            }
        };
    }

    private void ask() {
        try {
            var unused = onExit.get().thenRun(ending::end);
        } catch (RuntimeException | Error e) {
            asked.set(false);
            ending.wakeAll();
            throw e;
        }
    }

    /** Returns how many wait. */
    int waiting() {
        return ending.waiting();
    }
}
