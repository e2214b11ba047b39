package dev.weir.runtime;

import dev.weir.task.TaskInfo;
import java.time.Duration;
import java.util.List;

/**
 * A poll that has not returned for so long: it blocks, or computes. Meanwhile its worker runs nothing else.
 *
 * @param task what is polled
 * @param thread the thread that polls
 * @param lasting how long the poll lasts already, at least
 * @param stack where the thread was when this was seen, innermost call first
 */
public record StalledPoll(TaskInfo task, Thread thread, Duration lasting, List<StackTraceElement> stack) {
    /** Returns all of it in words, over several lines. */
    public String describe() {
        StringBuilder text = new StringBuilder("a poll has not returned for at least ")
                .append(lasting.toMillis())
                .append(" ms: task ")
                .append(task.id());
        if (task.name() != null) {
            text.append(" (").append(task.name()).append(')');
        }
        Class<?> type = task.type();
        if (type != null) {
            text.append(" of ").append(type.getName());
        }
        if (task.spawnSite() != null) {
            text.append(", spawned at ").append(task.spawnSite());
        }
        text.append(", on thread ").append(thread.getName());
        for (StackTraceElement call : stack) {
            text.append(System.lineSeparator()).append("\tat ").append(call);
        }
        return text.toString();
    }
}
