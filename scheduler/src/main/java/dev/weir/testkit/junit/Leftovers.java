package dev.weir.testkit.junit;

import dev.weir.runtime.RuntimeMetrics;
import dev.weir.runtime.SteppedRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.testkit.simulation.SimulatedRuntime;
import dev.weir.time.Timers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is still there although the test is over, in words. What goes by itself is given time to. */
final class Leftovers {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final List<String> found = new ArrayList<>();

    void add(String what) {
        found.add(what);
    }

    boolean isEmpty() {
        return found.isEmpty();
    }

    /** Tasks, timers and calls of a runtime that is still open. */
    void inRuntime(TaskRuntime runtime, Duration patience) {
        Timers timers = runtime.service(Timers.class);
        if (runtime instanceof SimulatedRuntime simulated) {
            simulated.runUntilIdle(); // the calls as well
        } else if (runtime instanceof SteppedRuntime stepped) {
            await(patience, () -> runtime.metrics().blockingCalls() == 0);
            if (runtime.metrics().blockingCalls() == 0) {
                stepped.runUntilIdle(); // which would wait for calls, however long
            }
        } else {
            await(patience, () -> {
                RuntimeMetrics now = runtime.metrics();
                return now.liveTasks() == 0 && now.blockingCalls() == 0 && (timers == null || timers.size() == 0);
            });
        }
        RuntimeMetrics metrics = runtime.metrics();
        if (runtime instanceof SimulatedRuntime simulated) {
            simulated.liveTasks().forEach(each -> add("task " + each));
        } else if (metrics.liveTasks() > 0) {
            add(metrics.liveTasks() + " tasks");
        }
        if (metrics.blockingCalls() > 0) {
            add(metrics.blockingCalls() + " blocking calls");
        }
        if (timers != null && timers.size() > 0) {
            add(timers.size() + " timers");
        }
    }

    /** Threads of a runtime that has been shut down. */
    void threads(String runtime, Duration patience) {
        await(patience, () -> threadsOf(runtime).isEmpty());
        threadsOf(runtime).forEach(each -> add("thread " + each));
    }

    private static Set<String> threadsOf(String runtime) {
        Set<String> names = new TreeSet<>();
        for (Thread thread : Thread.getAllStackTraces().keySet()) {
            if (thread.getName().startsWith(runtime + "-")) {
                names.add(thread.getName());
            }
        }
        return names;
    }

    /** Sockets, pipes and event queues that were not there before. */
    void sockets(Set<String> before, ExtensionContext context, Duration patience) {
        await(patience, () -> before.containsAll(sockets(context)));
        for (String each : sockets(context)) {
            if (!before.contains(each)) {
                add("descriptor " + each);
            }
        }
    }

    /** What is open in this process; nothing where that cannot be told, or where tests run at the same time. */
    static Set<String> sockets(ExtensionContext context) {
        Set<String> open = new TreeSet<>();
        if (context.getExecutionMode() == ExecutionMode.CONCURRENT || !Files.isDirectory(DESCRIPTORS)) {
            return open;
        }
        try (Stream<Path> links = Files.list(DESCRIPTORS)) {
            links.forEach(link -> {
                String target = targetOf(link);
                if (target.startsWith("socket:") || target.startsWith("pipe:") || target.startsWith("anon_inode:")) {
                    open.add(link.getFileName() + " " + target);
                }
            });
        } catch (IOException unreadable) {
            open.clear();
        }
        return open;
    }

    private static String targetOf(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    private static void await(Duration patience, BooleanSupplier gone) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!gone.getAsBoolean() && deadline - System.nanoTime() > 0) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    @Override
    public String toString() {
        return String.join("; ", found);
    }
}
