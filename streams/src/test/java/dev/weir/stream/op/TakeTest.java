package dev.weir.stream.op;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.runtime.CurrentThreadRuntime;
import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.AsyncStream;
import dev.weir.stream.testkit.StreamProbe;
import dev.weir.task.Context;
import dev.weir.task.Host;
import dev.weir.task.Source;
import dev.weir.time.ManualClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What ends or is decided with an item, and closes then: the item is not lost if the close throws. */
class TakeTest {
    private final List<Integer> seen = new ArrayList<>();
    private final List<Throwable> undeliverable = new ArrayList<>();
    private final Context cx = new Context(
            new Host() {
                @Override
                public <S> @Nullable S service(Class<S> type) {
                    return null;
                }
            },
            128);
    private final CurrentThreadRuntime runtime = TaskRuntime.currentThread()
            .clock(new ManualClock())
            .onUndeliverable(undeliverable::add)
            .build();

    @AfterEach
    void close() {
        runtime.close();
        assertThat(undeliverable).isEmpty();
    }

    record Operator(String name, Function<AsyncStream<Integer>, AsyncStream<Integer>> apply) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Each gives 1 and is through with a stream of 1, 2, which is closed then. */
    static Stream<Operator> operators() {
        AsyncStream<Integer> one = AsyncStream.of(1);
        return Stream.of(
                new Operator("take", in -> in.take(1)),
                new Operator("take of take", in -> in.take(1).take(1)),
                new Operator("takeUntil", in -> in.takeUntil(n -> n == 1)),
                new Operator("elementAt", in -> in.elementAt(0)),
                new Operator(
                        "using",
                        in -> AsyncStream.using(() -> 1, any -> in, any -> {}).take(1)),
                new Operator("raceWith", in -> one.raceWith(in)),
                new Operator("raceForItem", in -> AsyncStream.raceForItem(List.of(one, in))));
    }

    private static AsyncStream<Integer> closeThrows() {
        return AsyncStream.of(1, 2).onClose(() -> {
            throw new ArithmeticException("close");
        });
    }

    @ParameterizedTest
    @MethodSource("operators")
    void the_item_comes_and_then_what_the_close_has_thrown(Operator operator) {
        AsyncStream<Integer> stream = operator.apply().apply(closeThrows()).peek(seen::add);

        assertThatThrownBy(() -> runtime.blockOn(stream.toList())).hasRootCauseMessage("close");

        assertThat(seen).containsExactly(1);
    }

    @ParameterizedTest
    @MethodSource("operators")
    void it_comes_out_of_the_close_if_nobody_asks_again(Operator operator) throws Exception {
        Source<Integer> source = operator.apply().apply(closeThrows()).open();
        assertThat(source.poll(cx)).isEqualTo(1);
        assertThat(source.isDone()).as("the failure is known with the item").isTrue();

        assertThatThrownBy(source::close).hasMessage("close");
    }

    @Test
    void it_is_told_without_demand() {
        StreamProbe.of(closeThrows().take(1), runtime).request(1).expectNext(1).expectError(ArithmeticException.class);
    }
}
