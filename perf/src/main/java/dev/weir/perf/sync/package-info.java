/**
 * {@code bench sync} and {@code compare sync}: channels, locks and fan-out, beside Tokio's, Kotlin's, and what virtual
 * threads have in {@code java.util.concurrent}. Weir is measured in the form that allocates nothing, {@code pollSend} and
 * the like: what Tokio keeps in the state of a task is an object on the JVM otherwise.
 */
@NullMarked
package dev.weir.perf.sync;

import org.jspecify.annotations.NullMarked;
