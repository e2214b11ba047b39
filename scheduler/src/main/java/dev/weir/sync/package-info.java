/**
 * How tasks hand each other values, take turns, and wait for each other.
 *
 * <table>
 * <caption>What is here</caption>
 * <tr><td>{@link dev.weir.sync.Channel}</td><td>many senders, one receiver, a bound, back-pressure</td></tr>
 * <tr><td>{@link dev.weir.sync.Oneshot}</td><td>one value, once</td></tr>
 * <tr><td>{@link dev.weir.sync.Broadcast}</td><td>every receiver gets every item, or is told what it missed</td></tr>
 * <tr><td>{@link dev.weir.sync.Watch}</td><td>the last value, and word of its changes</td></tr>
 * <tr><td>{@link dev.weir.sync.Semaphore}, {@link dev.weir.sync.Mutex}, {@link dev.weir.sync.RwLock}</td>
 *     <td>permits and locks that may be held from one poll to the next; fair</td></tr>
 * <tr><td>{@link dev.weir.sync.Notify}</td><td>that something has happened</td></tr>
 * <tr><td>{@link dev.weir.sync.Barrier}</td><td>all have arrived</td></tr>
 * <tr><td>{@link dev.weir.sync.OnceCell}, {@link dev.weir.sync.SetOnce}</td><td>a value computed, or set, once</td></tr>
 * <tr><td>{@link dev.weir.sync.CancellationToken}, {@link dev.weir.sync.TaskTracker}</td>
 *     <td>tell tasks to stop, and wait until they have</td></tr>
 * </table>
 *
 * <p>Two tasks and a channel; the sender's sink takes from any source what there is room for:
 *
 * <pre>{@code
 * Channel<String> lines = Channel.bounded(16);
 * JoinHandle<Long> sent = runtime.spawn(lines.sender().sink().drain(source));
 * lines.sender().close();          // the sink has a sender of its own; this one is not needed
 * JoinHandle<Long> written = runtime.spawn(sink.drain(lines.receiver()));
 * }</pre>
 *
 * <p>A request with its answer:
 *
 * <pre>{@code
 * record Question(String text, Oneshot<String> answer) {}
 *
 * Question question = new Question("6 * 7", new Oneshot<>());
 * questions.sendBlocking(question);                    // from a plain thread
 * String answer = question.answer().receiveBlocking();
 * }</pre>
 *
 * <p>A shutdown that waits:
 *
 * <pre>{@code
 * runtime.spawn(tracker.track(token.runUntilCancelled(connection)));
 * ...
 * token.cancel();
 * tracker.close();
 * runtime.blockOn(tracker.await());
 * }</pre>
 *
 * <p>What waits here suspends a task and never a thread, but for the methods called {@code …Blocking}: those are for
 * threads that run no tasks, plain or virtual, and say so when a task calls them. What does not wait may be called from any
 * thread, runtime or not. Two runtimes may stand at the two ends.
 *
 * <p>Handles that are counted (senders, and the receivers of broadcasts and watches) are closed by who owns them. There are
 * no destructors; a task closes what it holds in the {@code close} of its pollable, which is called also when it is
 * cancelled.
 *
 * <h2>Laws</h2>
 * <ul>
 *   <li>A value that was accepted is received at most once; whether it was accepted is told at once.
 *   <li>Nothing waits for what cannot come any more: when one side closes, the other is woken and told.
 *   <li>Giving up a wait, by closing the pollable, or dropping it if it says so, loses no value: what it was granted and
 *       has not taken goes to the next. It loses its place.
 *   <li>Who waits is served first come, first served, and nobody who comes later overtakes.
 *   <li>A poll that receives charges one operation of the budget; one that waits charges nothing. What is never charged
 *       says so.
 *   <li>Wakes are given after the state has changed, never under a lock.
 * </ul>
 */
@NullMarked
package dev.weir.sync;

import org.jspecify.annotations.NullMarked;
