/**
 * The servers. A {@link dev.weir.perf.serve.Service} says in a few lines what is done with one connection, and is meant to
 * be read as an example; {@link dev.weir.perf.serve.Server} accepts the connections and runs a task for each. No
 * connection has a thread, and none that fails harms another.
 */
@NullMarked
package dev.weir.perf.serve;

import org.jspecify.annotations.NullMarked;
