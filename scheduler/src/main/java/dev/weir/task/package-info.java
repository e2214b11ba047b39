/**
 * The poll core: what a task is and what it is made of, and what can be done with tasks. This package depends on no
 * other package of Weir; who runs tasks, on which threads, and what wakes them is decided elsewhere.
 *
 * <p>Work is <em>pulled</em>. A {@link dev.weir.task.Pollable} is asked for its one result, a
 * {@link dev.weir.task.Source} for its next item; either answers "not now" and remembers the
 * {@link dev.weir.task.Waker} of the asker. A {@link dev.weir.task.Task} owns one pollable and turns wakes into
 * polls. A wake is the only message that crosses threads.
 *
 * <h2>What is done with tasks</h2>
 *
 * <p>A {@link dev.weir.task.Spawner}, such as a runtime, starts them. A {@link dev.weir.task.JoinHandle} awaits one and
 * cancels it, an {@link dev.weir.task.AbortHandle} only cancels it, and {@link dev.weir.task.TaskInfo} says which one
 * it is:
 *
 * <pre>{@code
 * JoinHandle<Page> page = runtime.task().name("fetch").spawn(fetch(uri));
 * AbortHandle abort = page.abortHandle(); // may cancel, and no more
 * }</pre>
 *
 * <p>Many are joined as they end by a {@link dev.weir.task.JoinSet}, by key by a {@link dev.weir.task.JoinMap}, in the
 * order of their spawns by a {@link dev.weir.task.JoinQueue}:
 *
 * <pre>{@code
 * pages.spawn(uri, fetch(uri));
 * JoinHandle<Page> latest = pages.spawn(uri, fetch(uri)); // the one before is cancelled and not heard of
 * }</pre>
 *
 * <p>Tasks that must have ended before their owner goes on belong into a {@code TaskScope}. What a computation knows
 * wherever it is polled is a {@link dev.weir.task.TaskLocal}; what a thread must carry meanwhile, its {@link
 * dev.weir.task.Surroundings}.
 *
 * <h2>Laws of a task</h2>
 * <dl>
 *   <dt>T1</dt><dd>It is polled by one thread at a time, and each poll happens-after the one before.</dd>
 *   <dt>T2</dt><dd>A wake before or during a poll leads to one more poll after it.</dd>
 *   <dt>T3</dt><dd>Once finished or cancelled it is never polled again, and its pollable is closed exactly once, by
 *       the thread that owns the task at that moment, never by the one that cancels.</dd>
 *   <dt>T4</dt><dd>An exception thrown by a poll ends that task and nothing else.</dd>
 * </dl>
 *
 * <h2>Laws of a source</h2>
 * <dl>
 *   <dt>S1</dt><dd>One owner polls; calls never overlap.</dd>
 *   <dt>S2</dt><dd>{@code null} while not done means that the waker was registered <em>before</em> the last look and
 *       will be woken.</dd>
 *   <dt>S3</dt><dd>{@code isDone()} never goes back to false and may be asked at any time. Once it is true,
 *       {@code poll} yields no item, however little budget is left: it returns {@code null} (completed) or throws
 *       (failed). A source that another thread feeds may end between a {@code null} and the question, so an owner that
 *       finds it done polls once more to learn which of the two it is.</dd>
 *   <dt>S4</dt><dd>{@code close} is called exactly once by the owner, also after a failure; nothing is called after
 *       it.</dd>
 *   <dt>S5</dt><dd>{@code poll} never blocks and does a bounded amount of work: leaves
 *       charge the {@link dev.weir.task.Budget} for each item, and loops {@linkplain dev.weir.task.Context#mayGoOn()
 *       ask} it whether they may go on.</dd>
 * </dl>
 *
 * <h2>Several at once</h2>
 * One task may await several computations: all of them with {@link dev.weir.task.Join}, the first of alike ones with
 * {@link dev.weir.task.Race}, the first of different ones with {@link dev.weir.task.Select}.
 *
 * <pre>{@code
 * Pollable<String> page = Join.of(header, body, (head, text) -> head + text);
 * Pollable<String> fastest = Race.of(mirror, origin);
 * Pollable<List<Join.Settled<String>>> each = Join.settled(List.of(mirror, header));
 * }</pre>
 */
@NullMarked
package dev.weir.task;

import org.jspecify.annotations.NullMarked;
