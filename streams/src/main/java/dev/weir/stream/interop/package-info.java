/**
 * For those who come with Reactor or RxJava: their schedulers on the workers of a runtime, and their contexts, and those
 * of Micrometer, carried through its tasks; and Micrometer's meters for any place of a stream. The libraries are optional: without one of them, what is for it cannot be
 * loaded, and nothing else needs it.
 */
@NullMarked
package dev.weir.stream.interop;

import org.jspecify.annotations.NullMarked;
