/**
 * Tasks and what they poll. A task has one owner at a time; a wake is the only message that crosses threads.
 */
@NullMarked
package dev.weir.task;

import org.jspecify.annotations.NullMarked;
