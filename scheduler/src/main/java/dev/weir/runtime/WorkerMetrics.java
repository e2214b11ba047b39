package dev.weir.runtime;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Counters of one worker; of the one poller of a current-thread runtime, too.
 *
 * @param index its number, from 0
 * @param threadId the thread that runs it now; 0 if none does
 * @param asleep whether it waits for work
 * @param queueDepth tasks in its own queue
 * @param turns turns begun; those that land in the slot run in the turn of the one before
 * @param polls polls of tasks
 * @param backgroundPolls those of them that gave way to others
 * @param localSchedules tasks woken or spawned on its thread
 * @param overflows times its full queue gave its younger half to the shared one
 * @param steals times it took tasks from another worker
 * @param stolenTasks tasks it took so
 * @param parks times it waited in a driver or on its parker
 * @param noopWakes times it woke up and found nothing to run
 * @param wakeups times it woke another to help
 * @param rescues times it took tasks from a worker whose poll took too long
 * @param budgetExhaustions turns that the budget cut short
 * @param busy how long it has been awake in all. A thread that drives a current-thread runtime is not timed in its first
 *     poll until these counters were asked for once
 * @param meanPoll how long a turn takes, lately
 * @param pollTimes how long its polls took; null unless the builder was told to count it
 * @param scheduleLatencies how long tasks had waited for their polls by it, from wake to poll; null unless the builder
 *     was told to count it
 */
public record WorkerMetrics(
        int index,
        long threadId,
        boolean asleep,
        int queueDepth,
        long turns,
        long polls,
        long backgroundPolls,
        long localSchedules,
        long overflows,
        long steals,
        long stolenTasks,
        long parks,
        long noopWakes,
        long wakeups,
        long rescues,
        long budgetExhaustions,
        Duration busy,
        Duration meanPoll,
        @Nullable Histogram pollTimes,
        @Nullable Histogram scheduleLatencies) {}
