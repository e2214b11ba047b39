package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.weir.task.JoinHandle;
import dev.weir.task.Poll;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Where the kernel has pinned threads is read from what it says of them, and not from the library. */
class WorkerAffinityTest {
    private static final Duration BOUND = Duration.ofSeconds(20);

    private static String cpusOfThisThread() throws IOException {
        return Files.readAllLines(Path.of("/proc/thread-self/status")).stream()
                .filter(line -> line.startsWith("Cpus_allowed_list:"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElseThrow();
    }

    private static BitSet usable() {
        return AffinityLibrary.find().get();
    }

    private static int lastUsable() {
        return usable().length() - 1;
    }

    static boolean hasTwoCpus() {
        return OS.LINUX.isCurrentOs() && usable().cardinality() > 1;
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_worker_runs_on_its_cpu_and_on_no_other() throws Exception {
        int cpu = lastUsable();
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).workerAffinity(cpu).build()) {
            assertThat(runtime.spawn(cx -> Poll.ready(cpusOfThisThread())).join(BOUND))
                    .isEqualTo("" + cpu);
        }
    }

    @Test
    @EnabledIf("hasTwoCpus")
    void workers_take_the_cpus_in_turn() throws Exception {
        int first = usable().nextSetBit(0);
        int last = lastUsable();
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(3).workerAffinity(first, last).build()) {
            CountDownLatch all = new CountDownLatch(3); // each on a worker of its own
            List<JoinHandle<String>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(runtime.spawn(cx -> {
                    all.countDown();
                    all.await();
                    return Poll.ready(cpusOfThisThread());
                }));
            }
            List<String> seen = new ArrayList<>();
            for (JoinHandle<String> task : tasks) {
                seen.add(task.join(BOUND));
            }
            assertThat(seen).containsExactlyInAnyOrder("" + first, "" + last, "" + first);
        }
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_thread_that_goes_on_with_a_worker_is_pinned_as_the_first_was() throws Exception {
        int cpu = lastUsable();
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).workerAffinity(cpu).build()) {
            String other = runtime.spawn(cx -> Poll.ready(TaskRuntime.blockInPlace(() ->
                            runtime.spawn(c -> Poll.ready(cpusOfThisThread())).join())))
                    .join(BOUND);
            assertThat(other).isEqualTo("" + cpu);
        }
    }

    @Test
    @EnabledIf("hasTwoCpus")
    void a_blocking_call_that_a_pinned_worker_starts_may_run_anywhere() throws Exception {
        String before = cpusOfThisThread();
        try (TaskRuntime runtime =
                TaskRuntime.builder().workers(1).workerAffinity(lastUsable()).build()) {
            JoinHandle<String> call = runtime.spawn(
                            cx -> Poll.ready(runtime.spawnBlocking(WorkerAffinityTest::cpusOfThisThread)))
                    .join(BOUND);
            assertThat(call.join(BOUND)).isEqualTo(before);
        }
        assertThat(cpusOfThisThread()).as("of the thread that built it").isEqualTo(before);
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void a_cpu_that_is_not_there_is_refused_by_argument_value_and_rule() {
        int there = lastUsable();
        WorkStealingRuntime.Builder builder = TaskRuntime.builder();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.workerAffinity(there, 9_999))
                .withMessageContainingAll("cpus[1]", "9999", "must be a CPU that this thread may use", "" + there);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.workerAffinity(-1))
                .withMessageContainingAll("cpus[0]", "-1");
        assertThatIllegalArgumentException()
                .isThrownBy(builder::workerAffinity)
                .withMessageContaining("cpus must name at least one CPU");
    }

    @Test
    void without_the_library_the_error_names_it() throws Exception {
        List<URL> path = new ArrayList<>();
        for (Class<?> needed : List.of(TaskRuntime.class, NullMarked.class)) {
            path.add(needed.getProtectionDomain().getCodeSource().getLocation());
        }
        try (URLClassLoader bare = new URLClassLoader(path.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
            Class<?> runtime = bare.loadClass(TaskRuntime.class.getName());
            Object builder = runtime.getMethod("builder").invoke(null);
            assertThatExceptionOfType(InvocationTargetException.class)
                    .isThrownBy(() -> builder.getClass()
                            .getMethod("workerAffinity", int[].class)
                            .invoke(builder, (Object) new int[] {0}))
                    .havingCause()
                    .isInstanceOf(UnsupportedOperationException.class)
                    .withMessageContainingAll("workerAffinity", "net.openhft:affinity");
        }
    }

    @Test
    void a_platform_that_cannot_pin_is_named() {
        CpuMask tellsNothing = new FakeMask(new BitSet(), false);
        CpuMask refuses = new FakeMask(BitSet.valueOf(new long[] {1}), true);
        for (CpuMask mask : List.of(tellsNothing, refuses)) {
            assertThatExceptionOfType(UnsupportedOperationException.class)
                    .isThrownBy(() -> new WorkerAffinity(mask, 0))
                    .withMessageContainingAll("cannot be pinned", System.getProperty("os.name"));
        }
    }

    /** A CPU may be taken away after the build. */
    @Test
    void a_worker_that_cannot_be_pinned_any_more_tells_and_runs() throws Exception {
        FakeMask mask = new FakeMask(BitSet.valueOf(new long[] {1}), false);
        List<Throwable> told = new CopyOnWriteArrayList<>();
        WorkStealingRuntime.Builder builder = TaskRuntime.builder().workers(1).onUndeliverable(told::add);
        builder.affinity = new WorkerAffinity(mask, 0);
        mask.refuses = true;
        try (TaskRuntime runtime = builder.build()) {
            assertThat(runtime.spawn(Recipes.run(() -> 7)).join(BOUND)).isEqualTo(7);
        }
        assertThat(told).singleElement().isInstanceOf(IllegalStateException.class);
    }

    private static final class FakeMask implements CpuMask {
        private final BitSet usable;
        private volatile boolean refuses;

        FakeMask(BitSet usable, boolean refuses) {
            this.usable = usable;
            this.refuses = refuses;
        }

        @Override
        public BitSet get() {
            return usable;
        }

        @Override
        public void set(BitSet cpus) {
            if (refuses) {
                throw new IllegalStateException("no such CPU");
            }
        }
    }
}
