/**
 * For the tests of those who write sources, sinks and pollables: checkers of the laws, a scripted source, and a probe
 * that polls by hand. Depends on {@link dev.weir.task} and on no test framework; what is wrong is thrown as an {@link
 * AssertionError}.
 *
 * <pre>{@code
 * PollProbe probe = PollProbe.create();
 * ScriptedSource<Integer> numbers = ScriptedSource.of(1, 2);
 * SourceLaws<Integer> doubled = SourceLaws.check(new Doubled(numbers));
 *
 * assertEquals(2, probe.poll(doubled));
 * assertEquals(4, probe.poll(doubled));
 * assertNull(probe.poll(doubled));       // nothing more in the script
 * doubled.assertWakerKept();             // S2: and yet we shall hear of what comes
 * numbers.end();
 * assertTrue(probe.isWoken());
 * doubled.close();
 * doubled.assertClosed();
 * }</pre>
 *
 * <p>Threads: the checkers add no ordering that their subject could lean on, but for one atomic exchange at either end
 * of each call.
 */
@NullMarked
package dev.weir.testkit;

import org.jspecify.annotations.NullMarked;
