package dev.weir.stream.split;

import dev.weir.stream.Kept;
import dev.weir.task.Source;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** Several who pull one source: one at a time, and who is refused is not forgotten. */
public class SplitStress {
    private SplitStress() {}

    /** The reader of a part pulls what opens another one, while that is asked for. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "seen, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class ReaderAndOuter {
        private final Kept.Wakes outer = new Kept.Wakes();
        private final Kept.Wakes reader = new Kept.Wakes();
        private final Splitter<Integer, Integer> splitter =
                new Splitter<>(new Kept.Numbers(2), Routing.byKey(n -> n), 2, 1_000_000_000);
        private final Source<Integer> ones;

        public ReaderAndOuter() {
            ones = Kept.poll(splitter, outer.cx).open();
            Kept.poll(ones, reader.cx);
            outer.count = 0;
        }

        @Actor
        public void reader() {
            Kept.poll(ones, reader.cx);
        }

        @Actor
        public void outer(II_Result r) {
            r.r1 = Kept.poll(splitter, outer.cx) == null ? 0 : 1;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = outer.count;
        }
    }

    /** Room that a reader makes in a full part, while another one goes to rest because of it. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "seen, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class RoomAndOuter {
        private final Kept.Wakes outer = new Kept.Wakes();
        private final Kept.Wakes reader = new Kept.Wakes();
        private final Splitter<Integer, Integer> splitter =
                new Splitter<>(new Kept.Numbers(4), Routing.byKey(n -> n / 4), 2, 1_000_000_000);
        private final Source<Integer> firsts;

        public RoomAndOuter() {
            firsts = Kept.poll(splitter, outer.cx).open();
            outer.count = 0;
        }

        /** Takes one of the two that are held, or of what it has pulled itself. */
        @Actor
        public void reader() {
            Kept.poll(firsts, reader.cx);
        }

        @Actor
        public void outer(II_Result r) {
            r.r1 = Kept.poll(splitter, outer.cx) == null ? 0 : 1;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = outer.count;
        }
    }

    /** Two rails, two items: each rail has one, or has been refused and is woken; none has the same. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "one each")
    @Outcome(
            id = {"1, 0", "0, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "refused and woken")
    @Outcome(
            id = {"1, -1", "-1, 1"},
            expect = Expect.FORBIDDEN,
            desc = "a lost wake")
    @State
    public static class TwoRails {
        private final Kept.Wakes first = new Kept.Wakes();
        private final Kept.Wakes second = new Kept.Wakes();
        private final Rails<Integer> rails = new Rails<>(new Kept.Numbers(2), 2);
        private int one;
        private int other;

        @Actor
        public void first() {
            one = take(0, first);
        }

        @Actor
        public void second() {
            other = take(1, second);
        }

        private int take(int rail, Kept.Wakes wakes) {
            Integer item = Kept.poll(rails.all().get(rail), wakes.cx);
            return item == null ? -1 : item;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = one < 0 && first.count > 0 ? 0 : one;
            r.r2 = other < 0 && second.count > 0 ? 0 : other;
        }
    }
}
