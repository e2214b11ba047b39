package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.task.Budget;
import dev.weir.task.Context;
import dev.weir.task.JoinHandle;
import dev.weir.task.Source;
import dev.weir.testkit.PollProbe;
import dev.weir.testkit.ScriptedSource;
import dev.weir.testkit.SourceLaws;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PumpTest {
    private final StepScheduler scheduler = new StepScheduler(Budget.DEFAULT);
    private final Multicast<Integer> multicast = new Multicast<>(2, true);
    private final Outlet<Integer>.Cursor cursor = multicast.attach();
    private final PollProbe consumer = PollProbe.create();
    private final ScriptedSource<Integer> script = ScriptedSource.of();
    private final SourceLaws<Integer> source = SourceLaws.check(script);

    private JoinHandle<Void> spawn(Source<Integer> from) {
        JoinHandle<Void> handle = scheduler.spawn(new Pump<Integer, Integer>(from, s -> s, multicast));
        scheduler.run();
        return handle;
    }

    @Test
    void pullsAnItemForEachOneThatIsWanted() throws Exception {
        spawn(source);
        script.item(1).item(2);
        scheduler.run();
        assertThat(script.polls()).isZero();
        for (int item = 1; item <= 2; item++) {
            assertThat(consumer.poll(cursor)).isNull();
            scheduler.run();
            assertThat(script.polls()).isEqualTo(item);
            assertThat(consumer.isWoken()).isTrue();
            assertThat(consumer.poll(cursor)).isEqualTo(item);
        }
    }

    @Test
    void finishesThePullThatHasBegunThoughWhoWantedTheItemHasLeft() throws Exception {
        Outlet<Integer>.Cursor leaving = multicast.attach();
        spawn(source);
        consumer.poll(leaving);
        scheduler.run();
        leaving.close();
        script.item(1).item(2);
        scheduler.run();
        assertThat(consumer.poll(cursor)).isEqualTo(1);
        assertThat(script.polls()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void tellsTheEndWithoutDemandAndAfterTheSourceIsClosed(boolean fails) throws Exception {
        int[] closesAtTheEnd = {-1};
        cursor.onEnd(() -> closesAtTheEnd[0] = script.closes());
        if (fails) {
            script.fail(new IOException("reset"));
        } else {
            script.end();
        }
        JoinHandle<Void> handle = spawn(source);
        assertThat(handle.isDone()).isTrue();
        assertThat(closesAtTheEnd[0]).isEqualTo(1);
        source.assertClosed();
        if (fails) {
            assertThatThrownBy(() -> consumer.poll(cursor)).hasMessage("reset");
        } else {
            assertThat(consumer.poll(cursor)).isNull();
            assertThat(cursor.isDone()).isTrue();
        }
        assertThat(scheduler.undeliverable).isEmpty();
    }

    @Test
    void endsWhenTheLastConsumerLeaves() {
        JoinHandle<Void> handle = spawn(source);
        cursor.close();
        scheduler.run();
        assertThat(handle.isDone()).isTrue();
        source.assertClosed();
    }

    @Test
    void endedFromOutsideItFailsTheConsumersEvenBeforeItsFirstPoll() {
        JoinHandle<Void> handle = scheduler.spawn(new Pump<Integer, Integer>(source, s -> s, multicast));
        handle.cancel();
        scheduler.run();
        source.assertClosed();
        assertThatThrownBy(() -> consumer.poll(cursor)).isInstanceOf(CancellationException.class);
    }

    @Test
    void aRuntimeThatThrowsIsTheEnd() {
        Pump<Integer, Integer> pump = new Pump<>(source, s -> s, multicast);
        assertThatThrownBy(() -> pump.start(new StepRuntime(null))).isInstanceOf(NullPointerException.class);
        source.assertClosed();
        assertThatThrownBy(() -> consumer.poll(cursor)).isInstanceOf(NullPointerException.class);
    }

    @Test
    void aRuntimeThatEndsTheTaskAndThrowsHasClosedTheSource() {
        Pump<Integer, Integer> pump = new Pump<>(source, s -> s, multicast);
        assertThatThrownBy(() -> pump.start(new StepRuntime(scheduler).withoutMemory()))
                .isInstanceOf(OutOfMemoryError.class);
        source.assertClosed();
        assertThatThrownBy(() -> consumer.poll(cursor)).isInstanceOf(CancellationException.class);
    }

    @Test
    void whatACloseThrowsIsReportedAndTheEndIsTold() throws Exception {
        IllegalStateException thrown = new IllegalStateException("close");
        spawn(new Ended(null) {
            @Override
            public void close() {
                throw thrown;
            }
        });
        assertThat(scheduler.undeliverable).containsExactly(thrown);
        assertThat(cursor.isDone()).isTrue();
        assertThat(consumer.poll(cursor)).isNull();
    }

    @Test
    void anItemFromASourceThatIsDoneIsABreach() {
        spawn(new Ended(1));
        assertThatThrownBy(() -> consumer.poll(cursor)).hasMessageContaining("law S3");
    }

    /** A source that is done, and yields an item nevertheless unless it is null. */
    private static class Ended implements Source<Integer> {
        private final Integer item;

        Ended(Integer item) {
            this.item = item;
        }

        @Override
        public Integer poll(Context cx) {
            return item;
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public void close() {}
    }
}
