package dev.weir.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.task.Poll;
import dev.weir.task.Task;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The table of {@link Slot}, for a worker that is alone and for one of several. */
class SlotTest {
    private final TaskRuntime runtime = TaskRuntime.currentThread().build();
    private final Task<Integer> first = (Task<Integer>) runtime.spawn(cx -> Poll.ready(1));
    private final Task<Integer> second = (Task<Integer>) runtime.spawn(cx -> Poll.ready(2));

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void it_holds_the_latest_and_gives_back_the_one_before(boolean alone) {
        Slot slot = new Slot(alone);
        assertThat(slot.take()).isNull();
        assertThat(slot.put(first)).isNull();
        assertThat(slot.put(second)).isSameAs(first);
        assertThat(slot.take()).isSameAs(second);
        assertThat(slot.take()).isNull();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void it_is_not_renewed_while_it_holds_a_task(boolean alone) {
        Slot slot = new Slot(alone);
        slot.put(first);
        assertThat(slot.renew()).isFalse();
        assertThat(slot.take()).isSameAs(first);
        assertThat(slot.renew()).isTrue();
        assertThat(slot.put(second)).isNull();
        assertThat(slot.take()).isSameAs(second);
    }
}
