/**
 * The scheduler beside its peers: {@code bench scheduler} measures one system in this process, {@code compare
 * scheduler} is its {@linkplain dev.weir.perf.contest contest}.
 *
 * <p>A {@link dev.weir.perf.scheduler.Workload} is written once against a {@link dev.weir.perf.scheduler.Subject}, which
 * offers what tasks do (begin, yield, await each other) in the form that suits the system: polled state machines for
 * Weir, coroutines for Kotlin, blocking code for virtual threads, continuations for executors. Shapes, sizes, output and
 * the place of the driving code are those of {@code perf/peers/tokio}.
 */
@NullMarked
package dev.weir.perf.scheduler;

import org.jspecify.annotations.NullMarked;
