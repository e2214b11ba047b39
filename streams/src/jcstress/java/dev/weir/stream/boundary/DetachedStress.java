package dev.weir.stream.boundary;

import dev.weir.stream.Kept;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The owner and the feeder of a boundary: neither goes to rest while the other has left it something to do. */
public class DetachedStress {
    private DetachedStress() {}

    /** A boundary whose two sides are polled by hand; the feeder is there. */
    static class Sides {
        final Kept.Wakes owner = new Kept.Wakes();
        final Kept.Wakes feeder = new Kept.Wakes();
        final Kept kept = new Kept();
        final Detached<Integer> detached;

        Sides(int capacity, int atOnce) {
            this(capacity, atOnce, capacity);
        }

        Sides(int capacity, int atOnce, int chunk) {
            detached = new Detached<>(new Kept.Numbers(atOnce), kept.runtime, capacity, chunk);
            take();
        }

        int take() {
            Integer item = Kept.poll(detached, owner.cx);
            return item == null ? 0 : item;
        }

        void feed() {
            Kept.poll(kept.pollable, feeder.cx);
        }
    }

    /** An item that comes while the owner goes to rest. Half of the ring is never filled, and no waker is left before. */
    @JCStressTest
    @Outcome(
            id = {"2, 0", "0, 1", "2, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "seen, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class ItemAndPoll extends Sides {
        public ItemAndPoll() {
            super(8, 1);
            feed();
            take();
            owner.count = 0;
        }

        @Actor
        public void feeder() {
            feed();
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = take();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = owner.count;
        }
    }

    /** Room that is made while the feeder goes to rest: it puts a second item, or is woken. */
    @JCStressTest
    @Outcome(
            id = {"0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "not taken yet; or seen, woken, or both")
    @Outcome(id = "1, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class RoomAndFeed extends Sides {
        public RoomAndFeed() {
            super(1, 9);
        }

        @Actor
        public void feeder() {
            feed();
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = take();
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = feeder.count == 1 || take() > 0 ? 1 : 0;
        }
    }

    /** Items that need another chunk each: whoever sees one finds the next chunk, which the link shows whole. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "0, 1", "1, 0", "1, 2"},
            expect = Expect.ACCEPTABLE,
            desc = "what has come, in order")
    @Outcome(expect = Expect.FORBIDDEN, desc = "lost or out of order")
    @State
    public static class ChunkAndTake extends Sides {
        public ChunkAndTake() {
            super(8, 2, 1);
        }

        @Actor
        public void feeder() {
            feed();
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = take();
            r.r2 = take();
        }
    }
}
