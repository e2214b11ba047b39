package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a task costs: a million idle ones are 56 MB beside what they poll. */
class TaskSizeTest {
    private static final int COUNT = 10_000;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @Test
    void a_task_is_one_object_of_at_most_56_bytes() {
        assumeThat(vmOption("UseCompressedOops")).isEqualTo("true");
        Lane lane = new Lane();
        Pollable<Void> work = cx -> Poll.pending();
        Task<?>[] tasks = new Task<?>[COUNT];
        allocateAll(tasks, work, lane); // loads what it needs
        long bytes = allocateAll(tasks, work, lane);
        assertThat(tasks).doesNotContainNull();
        assertThat(bytes / COUNT).isBetween(1L, 56L);
    }

    private long allocateAll(Task<?>[] tasks, Pollable<Void> work, Lane lane) {
        long before = threads.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < tasks.length; i++) {
            tasks[i] = new Task<>(work, lane);
        }
        return threads.getCurrentThreadAllocatedBytes() - before;
    }

    private static String vmOption(String name) {
        return ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                .getVMOption(name)
                .getValue();
    }
}
