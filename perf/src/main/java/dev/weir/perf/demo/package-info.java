/**
 * The main job: one file, streamed to many clients of different speed, with every byte between the file and the sockets
 * accounted for.
 *
 * <p>{@link dev.weir.perf.demo.FileServer} and {@link dev.weir.perf.demo.FileClient} are pipelines of {@code AsyncStream}, a
 * task for each connection. They write counters ({@link dev.weir.perf.demo.ClassCounters}, {@link
 * dev.weir.perf.demo.Ledger}) that any thread may read; the thread of the command reads them and draws.
 */
@NullMarked
package dev.weir.perf.demo;

import org.jspecify.annotations.NullMarked;
