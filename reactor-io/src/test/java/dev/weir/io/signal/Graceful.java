package dev.weir.io.signal;

import dev.weir.runtime.TaskRuntime;
import java.time.Duration;

/** A program for {@link TerminationTest}: it says when it is ready, and what it did when it was asked to end. */
final class Graceful {
    private Graceful() {}

    public static void main(String[] args) {
        Duration patience = Duration.parse(args[0]);
        boolean closes = Boolean.parseBoolean(args[1]);
        TaskRuntime runtime = TaskRuntime.builder().workers(1).build();
        Termination termination = Termination.install(patience);
        System.out.println("ready");
        runtime.blockOn(termination.asked());
        runtime.blockOn(termination.asked()); // who comes later is told at once
        runtime.close();
        System.out.println("ended in order");
        if (closes) {
            termination.close();
        }
    }
}
