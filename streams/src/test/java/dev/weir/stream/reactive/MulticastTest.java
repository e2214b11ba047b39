package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.stream.reactive.MulticastModel.Answer;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MulticastTest {
    private final Multicast<Object> multicast = new Multicast<>(2, true);
    private final PollProbe probe = PollProbe.create();

    @Test
    void refusesACapacityOfNothing() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Multicast<>(0, true))
                .withMessage("buffer must be at least 1, was 0");
    }

    /** What can happen to a multicast of one cursor that is there from the start and one that comes later. */
    enum Event {
        ATTACH,
        POLL_A,
        POLL_B,
        PUT,
        COMPLETE,
        FAIL,
        CLOSE_A,
        CLOSE_B
    }

    @ParameterizedTest
    @CsvSource({"1, true", "1, false", "2, true", "2, false"})
    void doesWhatTheTableSaysInEverySequenceOfSixEvents(int capacity, boolean failuresOvertake) throws Exception {
        int length = 6;
        int kinds = Event.values().length;
        int played = 0;
        for (int code = 0; code < Math.pow(kinds, length); ) {
            Play play = new Play(capacity, failuresOvertake);
            int legal = 0;
            while (legal < length && play.play(Event.values()[digit(code, length - 1 - legal)])) {
                legal++;
            }
            play.verify();
            played++;
            // all that begin with what was not allowed are not allowed
            int skipped = (int) Math.pow(kinds, Math.max(0, length - 1 - legal));
            code = code - code % skipped + skipped;
        }
        assertThat(played).isGreaterThan(10_000);
    }

    private static int digit(int code, int place) {
        return (code >> (3 * place)) & 7;
    }

    /** The real thing beside the model. */
    private static final class Play {
        private final MulticastModel model;
        private final Multicast<Integer> real;
        private final AtomicInteger producerWakes = new AtomicInteger();
        private final Side a;
        private Side b;
        private int next;

        Play(int capacity, boolean failuresOvertake) {
            model = new MulticastModel(capacity, failuresOvertake);
            real = new Multicast<>(capacity, failuresOvertake);
            real.register(producerWakes::incrementAndGet);
            a = new Side(model.attach(), real.attach());
        }

        /** False: the laws forbid that it happens now. */
        boolean play(Event event) throws Exception {
            boolean legal = switch (event) {
                case ATTACH -> b == null;
                case POLL_A -> a.isOpen() && !a.failed;
                case CLOSE_A -> a.isOpen();
                case POLL_B -> b != null && b.isOpen() && !b.failed;
                case CLOSE_B -> b != null && b.isOpen();
                case PUT -> model.isWanted();
                case COMPLETE, FAIL -> true;
            };
            if (!legal) {
                return false;
            }
            switch (event) {
                case ATTACH -> b = new Side(model.attach(), real.attach());
                case POLL_A -> a.poll(model);
                case POLL_B -> b.poll(model);
                case CLOSE_A -> a.close(model);
                case CLOSE_B -> b.close(model);
                case PUT -> {
                    model.put(next);
                    real.put(next++);
                }
                case COMPLETE -> {
                    model.end(MulticastModel.State.COMPLETED);
                    real.complete();
                }
                case FAIL -> {
                    model.end(MulticastModel.State.FAILED);
                    real.fail(new IOException("f"));
                }
            }
            verify();
            real.register(producerWakes::incrementAndGet);
            return true;
        }

        void verify() {
            assertThat(real.isWanted()).isEqualTo(model.isWanted());
            assertThat(real.isEnded()).isEqualTo(model.state != MulticastModel.State.OPEN);
            assertThat(producerWakes.get()).isEqualTo(model.producerWakes);
            a.verify(model);
            if (b != null) {
                b.verify(model);
            }
        }
    }

    private static final class Side {
        private final PollProbe probe = PollProbe.create();
        private final AtomicInteger endings = new AtomicInteger();
        private final MulticastModel.Place place;
        private final SourceLaws<Integer> cursor;
        private final boolean cameToTheEnd;
        private boolean waited;
        /** Has polled before the end, the last time or ever. */
        private boolean polled;

        private boolean everPolled;
        private boolean answeredNull;
        private boolean failed;

        Side(MulticastModel.Place place, Outlet<Integer>.Cursor cursor) {
            this.place = place;
            this.cursor = SourceLaws.check(cursor);
            this.cameToTheEnd = cursor.isDone();
            cursor.onEnd(endings::incrementAndGet);
        }

        boolean isOpen() {
            return place.attached;
        }

        void poll(MulticastModel model) throws Exception {
            polled = model.state == MulticastModel.State.OPEN;
            everPolled |= polled;
            Answer expected = model.poll(place);
            Answer actual;
            try {
                Integer item = probe.poll((Source<Integer>) cursor);
                actual = new Answer(item, cursor.isDone(), false);
            } catch (IOException | IllegalStateException e) {
                failed = true;
                actual = new Answer(null, true, true);
            }
            assertThat(actual).isEqualTo(expected);
            waited = place.waits;
            answeredNull = actual.item() == null && !actual.done();
        }

        void close(MulticastModel model) {
            model.close(place);
            cursor.close();
            waited = false;
        }

        void verify(MulticastModel model) {
            if (!isOpen()) {
                cursor.assertClosed();
                return;
            }
            boolean late = answeredNull && model.state == MulticastModel.State.FAILED; // S3: to be thrown first
            assertThat(cursor.isDone()).isEqualTo(model.isDone(place) && !late);
            boolean ended = model.state != MulticastModel.State.OPEN;
            assertThat(probe.isWoken()).isEqualTo((waited && !place.waits) || (polled && ended)); // S2, P4
            assertThat(endings.get()).isEqualTo(!ended || cameToTheEnd || everPolled ? 0 : 1);
        }
    }

    @Test
    void whoWaitsIsHeldByTheCursorAndWokenByAnItem() throws Exception { // S2
        SourceLaws<Object> cursor = SourceLaws.check(multicast.attach());
        assertThat(probe.poll((Source<Object>) cursor)).isNull();
        PollProbe second = PollProbe.create();
        assertThat(second.poll((Source<Object>) cursor)).isNull();
        cursor.assertWakerKept();
        multicast.put("item");
        assertThat(second.isWoken()).isTrue();
        assertThat(probe.isWoken()).isFalse();
        assertThat(probe.poll((Source<Object>) cursor)).isEqualTo("item");
        cursor.close();
        cursor.assertClosed();
    }

    @Test
    void withoutBudgetItWakesItselfAndDoesNotWait() throws Exception { // S5
        SourceLaws<Object> cursor = SourceLaws.check(multicast.attach());
        PollProbe poor = PollProbe.withBudget(1);
        var turn = poor.turn();
        assertThat(turn.charge()).isTrue();
        assertThat(cursor.poll(turn)).isNull();
        assertThat(poor.isWoken()).isTrue();
        assertThat(multicast.isWanted()).isFalse();
        multicast.fail(new IOException("reset"));
        assertThat(cursor.isDone()).as("S3: not before the poll that throws").isFalse();
        assertThatThrownBy(() -> probe.poll((Source<Object>) cursor)).hasMessage("reset");
        assertThat(cursor.isDone()).isTrue();
    }

    @Test
    void keepsNothingThatTheSlowestHasPassed() throws Exception {
        Outlet<Object>.Cursor fast = multicast.attach();
        Outlet<Object>.Cursor slow = multicast.attach();
        List<WeakReference<Object>> passed = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            assertThat(probe.poll(fast)).isNull();
            passed.add(put());
            assertThat(probe.poll(fast)).isNotNull();
        }
        WeakReference<Object> kept = passed.remove(1);
        assertThat(probe.poll(slow)).isNotNull();
        assertForgotten(passed);
        assertThat(kept.get()).isNotNull();
        try {
            slow.close();
            assertForgotten(List.of(kept));
        } finally {
            Reference.reachabilityFence(slow); // somebody may keep it for long
        }
    }

    @Test
    void whatAllHavePassedLeadsToNothing() throws Exception { // or old garbage would keep all that came later
        Outlet<Object>.Cursor fast = multicast.attach();
        Outlet<Object>.Cursor slow = multicast.attach();
        Outlet.Node<Object> node = fast.next;
        assertThat(probe.poll(fast)).isNull();
        multicast.put("item");
        assertThat(probe.poll(fast)).isNotNull();
        assertThat(node.next).as("one has yet to take it").isSameAs(fast.next);

        slow.close();

        assertThat(node.next).isNull();
        assertThat(node.item).isNull();
    }

    private WeakReference<Object> put() {
        Object item = new Object();
        multicast.put(item);
        return new WeakReference<>(item);
    }

    private static void assertForgotten(List<WeakReference<Object>> references) {
        Awaitility.await().untilAsserted(() -> {
            System.gc();
            assertThat(references)
                    .allSatisfy(reference -> assertThat(reference.get()).isNull());
        });
    }
}
