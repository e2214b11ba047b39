package dev.weir.testkit.simulation;

import static dev.weir.testkit.simulation.SimulationTest.then;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.sync.ClosedException;
import dev.weir.sync.Oneshot;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import dev.weir.task.Pollable;
import dev.weir.time.Sleep;
import dev.weir.time.Timeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;

/** A tangle of tasks, calls, oneshots and timers, made by chance; ends when all of it has. */
final class RandomProgram implements Simulation.Program<Integer> {
    @Override
    public Pollable<Integer> start(SimulatedRuntime runtime) {
        Random random = runtime.random();
        List<Pollable<?>> parts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            Duration delay = Duration.ofMillis(random.nextInt(6));
            Oneshot<Integer> answer = new Oneshot<>();
            switch (random.nextInt(3)) {
                case 0 -> runtime.spawn(then(Sleep.of(delay), () -> answer.send(1)));
                case 1 -> runtime.spawnBlocking(() -> answer.send(2));
                default -> {
                    JoinHandle<?> sender = runtime.spawn("sender", then(Sleep.of(delay), () -> answer.send(3)));
                    runtime.spawn("killer", then(Sleep.of(Duration.ofMillis(3)), () -> {
                        sender.cancel();
                        answer.close();
                        return 0;
                    }));
                }
            }
            parts.add(runtime.spawn(Timeout.of(answer, Duration.ofMillis(1 + random.nextInt(6)))));
        }
        return new Pollable<>() {
            private int ended;

            @Override
            public Poll<Integer> poll(Context cx) throws Exception {
                while (ended < parts.size()) {
                    try {
                        if (parts.get(ended).poll(cx).isPending()) {
                            return Poll.pending();
                        }
                    } catch (CompletionException timeoutOrClosed) {
                        assertThat(timeoutOrClosed.getCause())
                                .isInstanceOfAny(TimeoutException.class, ClosedException.class);
                    }
                    ended++;
                }
                return Poll.ready(ended);
            }
        };
    }
}
