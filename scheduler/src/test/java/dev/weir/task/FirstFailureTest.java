package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FirstFailureTest {
    private final List<String> woken = new ArrayList<>();
    private final Error first = new OutOfMemoryError("meant to fail");
    private final RuntimeException second = new IllegalStateException("fails as well");

    private Waker waker(String name, @Nullable Throwable failure) {
        return () -> {
            woken.add(name);
            FirstFailure.rethrow(failure);
        };
    }

    @Test
    void all_are_woken_in_their_order_and_the_first_failure_is_thrown_at_the_end() {
        List<@Nullable Waker> wakers =
                Arrays.asList(waker("a", null), waker("b", first), null, waker("c", second), waker("d", null));
        assertThatThrownBy(() -> Waker.wakeAll(wakers)).isSameAs(first);
        assertThat(woken).containsExactly("a", "b", "c", "d");
    }

    @Test
    void an_exception_is_kept_as_an_error_is() {
        assertThatThrownBy(() -> Waker.wakeAll(List.of(waker("a", second), waker("b", first))))
                .isSameAs(second);
        assertThat(woken).containsExactly("a", "b");
    }

    @Test
    void where_none_fails_nothing_is_thrown() {
        assertThatCode(() -> Waker.wakeAll(List.of(waker("a", null)))).doesNotThrowAnyException();
        assertThatCode(() -> Waker.wakeAll(List.of())).doesNotThrowAnyException();
    }

    @Test
    void a_call_that_fails_is_kept_unless_one_has_failed_before() {
        Throwable kept = FirstFailure.of(Waker::wake, waker("a", null), null);
        assertThat(kept).isNull();
        kept = FirstFailure.of(Waker::wake, waker("b", second), kept);
        assertThat(kept).isSameAs(second);
        assertThat(FirstFailure.of(Waker::wake, waker("c", first), kept)).isSameAs(second);
        assertThat(FirstFailure.of(Waker::wake, waker("d", null), kept)).isSameAs(second);
        assertThat(woken).containsExactly("a", "b", "c", "d");
    }
}
