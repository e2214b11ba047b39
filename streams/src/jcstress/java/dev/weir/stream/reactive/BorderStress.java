package dev.weir.stream.reactive;

import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

/** What crosses threads at the border, on real hardware: demand, items, and the wake that belongs to each. */
public class BorderStress {
    private BorderStress() {}

    /** §3.8: what is added while something is taken off is kept. */
    @JCStressTest
    @Outcome(
            id = {"1, 3", "3, 3"},
            expect = Expect.ACCEPTABLE,
            desc = "2 + 2 - 1")
    @State
    public static class AddAndProduce {
        private final Demand demand = new Demand();

        public AddAndProduce() {
            demand.add(2);
        }

        @Actor
        public void subscriber() {
            demand.add(2);
        }

        @Actor
        public void owner(JJ_Result r) {
            r.r1 = demand.produced(1);
        }

        @Arbiter
        public void end(JJ_Result r) {
            r.r2 = demand.produced(0);
        }
    }

    /** §3.17: unbounded demand that comes while something is taken off is unbounded. */
    @JCStressTest
    @Outcome(
            id = {"1, 9223372036854775807", "9223372036854775807, 9223372036854775807"},
            expect = Expect.ACCEPTABLE,
            desc = "unbounded")
    @Outcome(id = "1, 9223372036854775806", expect = Expect.FORBIDDEN, desc = "taken off from what has no bound")
    @State
    public static class SaturateAndProduce {
        private final Demand demand = new Demand();

        public SaturateAndProduce() {
            demand.add(2);
        }

        @Actor
        public void subscriber() {
            demand.add(Long.MAX_VALUE);
        }

        @Actor
        public void owner(JJ_Result r) {
            r.r1 = demand.produced(1);
        }

        @Arbiter
        public void end(JJ_Result r) {
            r.r2 = demand.produced(0);
        }
    }

    /** What the publisher wrote before an item is visible to whoever takes the item, though nothing of it is final. */
    @JCStressTest
    @Outcome(
            id = {"0, 0", "7, 8"},
            expect = Expect.ACCEPTABLE,
            desc = "nothing yet, or all of it")
    @State
    public static class Publication {
        private final CreditRing<int[]> ring = new CreditRing<>(2);

        public Publication() {
            ring.grant(2);
        }

        @Actor
        public void publisher() {
            int[] item = new int[2];
            item[0] = 7;
            item[1] = 8;
            ring.offer(item);
        }

        @Actor
        public void owner(II_Result r) {
            int[] item = ring.take();
            if (item != null) {
                r.r1 = item[0];
                r.r2 = item[1];
            }
        }
    }

    /** §1.3: of two items that are offered at once one may be lost, but not unnoticed. */
    @JCStressTest
    @Outcome(id = "0, 2", expect = Expect.ACCEPTABLE, desc = "one after the other")
    @Outcome(id = "1, 1", expect = Expect.ACCEPTABLE, desc = "noticed")
    @State
    public static class TwoPublishers {
        private final CreditRing<Integer> ring = new CreditRing<>(2);
        private CreditRing.Offer first;
        private CreditRing.Offer second;

        public TwoPublishers() {
            ring.grant(2);
        }

        @Actor
        public void one() {
            first = ring.offer(1);
        }

        @Actor
        public void other() {
            second = ring.offer(2);
        }

        @Arbiter
        public void end(II_Result r) {
            r.r1 = (first == CreditRing.Offer.CONTENDED ? 1 : 0) + (second == CreditRing.Offer.CONTENDED ? 1 : 0);
            while (ring.take() != null) {
                r.r2++;
            }
        }
    }

    /** S2: an item is seen by the last look of a poll, or wakes. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "seen, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class ItemAndPoll {
        private final Wakes wakes = new Wakes();
        private final Inbox<Integer> inbox = new Inbox<>(1, false);
        private final PublisherSource<Integer> source = new PublisherSource<>(inbox);

        public ItemAndPoll() {
            inbox.onSubscribe(EndedSubscription.INSTANCE);
            poll(source, wakes.cx); // to have requested
            wakes.count = 0;
        }

        @Actor
        public void publisher() {
            inbox.onNext(1);
        }

        @Actor
        public void owner(II_Result r) {
            Integer item = poll(source, wakes.cx);
            r.r1 = item == null ? 0 : 1;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = Math.min(wakes.count, 1);
        }
    }

    /** T2: a request is served by the poll that goes to rest, or wakes. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "served, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class RequestAndPoll {
        private final Wakes wakes = new Wakes();
        private final Listener listener = new Listener();
        private final SourceSubscription<Integer> subscription = new SourceSubscription<>(new Ones(), listener, 4);

        public RequestAndPoll() {
            subscription.poll(wakes.cx);
            wakes.count = 0;
        }

        @Actor
        public void subscriber() {
            subscription.request(1);
        }

        @Actor
        public void owner(II_Result r) {
            subscription.poll(wakes.cx);
            r.r1 = listener.received;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = Math.min(wakes.count, 1);
        }
    }

    /** T2: a cancel ends the poll that goes to rest, or wakes. */
    @JCStressTest
    @Outcome(
            id = {"1, 0", "0, 1", "1, 1"},
            expect = Expect.ACCEPTABLE,
            desc = "obeyed, woken, or both")
    @Outcome(id = "0, 0", expect = Expect.FORBIDDEN, desc = "a lost wake")
    @State
    public static class CancelAndPoll {
        private final Wakes wakes = new Wakes();
        private final SourceSubscription<Integer> subscription =
                new SourceSubscription<>(new Ones(), new Listener(), 4);

        public CancelAndPoll() {
            subscription.poll(wakes.cx);
            wakes.count = 0;
        }

        @Actor
        public void subscriber() {
            subscription.cancel();
        }

        @Actor
        public void owner(II_Result r) {
            r.r1 = subscription.poll(wakes.cx).isReady() ? 1 : 0;
        }

        @Arbiter
        public void end(II_Result r) {
            r.r2 = Math.min(wakes.count, 1);
        }
    }

    private static <T> T poll(Source<T> source, Context cx) {
        try {
            return source.poll(cx);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static final class Wakes implements Host {
        int count;
        final Context cx = new Context(this, 100).withWaker(() -> count++);

        @Override
        public <S> S service(Class<S> type) {
            return null;
        }
    }

    static final class Ones implements Source<Integer> {
        @Override
        public Integer poll(Context cx) {
            return 1;
        }

        @Override
        public boolean isDone() {
            return false;
        }

        @Override
        public void close() {}
    }

    static final class Listener implements Subscriber<Integer> {
        int received;

        @Override
        public void onSubscribe(Subscription subscription) {}

        @Override
        public void onNext(Integer item) {
            received++;
        }

        @Override
        public void onError(Throwable failure) {}

        @Override
        public void onComplete() {}
    }
}
