/**
 * Whole concurrent programs, run deterministically from a seed: one thread, virtual time, and every choice that a
 * machine makes by chance made by the seed instead. Which of several ready tasks runs, which of several due timers fires
 * first, how large the budget of a turn is, when a blocking call comes to its end, whether a wake takes effect at once
 * or late, and whether a task is polled though nobody woke it: all of it may differ from seed to seed, and none of it
 * from run to run.
 *
 * <pre>{@code
 * @Test
 * void the_answer_arrives_whatever_the_schedule() {
 *     Simulation.explore(1_000, runtime -> {
 *         Oneshot<String> answer = new Oneshot<>();
 *         runtime.spawn("sender", cx -> {
 *             answer.send("yes");
 *             return Poll.done();
 *         });
 *         return Timeout.of(answer, Duration.ofSeconds(1));
 *     });
 * }
 * }</pre>
 *
 * <p>A seed that fails is reported with the end of its {@linkplain dev.weir.testkit.simulation.EventLog log}, and {@code
 * -Dweir.seed=…} runs that seed alone, the same way again.
 *
 * <p>It sees what depends on the order of polls: lost wakes, deadlocks, unfair loops, results that depend on a race. It
 * does not see what happens inside a poll: a poll is one step here, so races on memory are for jcstress and Lincheck.
 *
 * <p>A program that is to be replayed must take time, chance and concurrency from its runtime alone: {@code
 * runtime.clock()}, {@code runtime.random()}, {@code spawn} and {@code spawnBlocking}. A wake from a thread of its own
 * fails the run.
 */
@NullMarked
package dev.weir.testkit.simulation;

import org.jspecify.annotations.NullMarked;
