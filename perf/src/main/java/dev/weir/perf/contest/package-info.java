/**
 * Systems beside each other: {@code compare scheduler|time|sync} runs each {@linkplain dev.weir.perf.contest.Case case}
 * on each system, in turn, round after round and every run in a process of its own, and prints medians and ratios.
 *
 * <p>A family of workloads adds two commands: a {@code bench} that measures one workload on one system in this process
 * and prints a line of JSON for each {@link dev.weir.perf.contest.Measurement}, and a {@link
 * dev.weir.perf.contest.ContestCommand} that knows its cases and its systems. The names of the workloads, their options
 * and the members of the lines are those of {@code perf/peers/tokio}.
 */
@NullMarked
package dev.weir.perf.contest;

import org.jspecify.annotations.NullMarked;
