/**
 * How tasks hand each other values without sharing anything else.
 *
 * <p>What waits here suspends a task and never a thread; what does not wait may be called from any thread, runtime or
 * not. Two runtimes may stand at the two ends.
 *
 * <h2>Laws</h2>
 * <ul>
 *   <li>A value that was accepted is received at most once; whether it was accepted is told at once.
 *   <li>Nothing waits for what cannot come any more: when one side closes, the other is woken and told.
 *   <li>Giving up a wait, by dropping the pollable between two polls, loses no value.
 *   <li>A poll that receives charges one operation of the budget; one that waits charges nothing.
 *   <li>Wakes are given after the state has changed, never under a lock.
 * </ul>
 */
@NullMarked
package dev.weir.sync;

import org.jspecify.annotations.NullMarked;
