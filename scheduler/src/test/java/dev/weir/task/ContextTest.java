package dev.weir.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ContextTest {
    private final Host host = new Host() {
        @Override
        public <S> S service(Class<S> type) {
            return type == String.class ? type.cast("a service") : null;
        }

        @Override
        public String toString() {
            return "this host";
        }
    };
    private final Context cx = new Context(host, 2);

    @AfterEach
    void leave() {
        cx.leave();
    }

    @Test
    void it_is_current_between_enter_and_leave_on_its_thread_only() throws Exception {
        assertThat(Context.current()).isNull();
        cx.enter();
        assertThat(Context.current()).isSameAs(cx);
        List<Context> elsewhere = new ArrayList<>();
        Thread other = new Thread(() -> elsewhere.add(Context.current()));
        other.start();
        other.join();
        assertThat(elsewhere).hasSize(1).containsOnlyNulls();
        cx.leave();
        assertThat(Context.current()).isNull();
    }

    @Test
    void a_thread_that_polls_cannot_begin_to_poll_for_another_host() {
        cx.enter();
        Context second = new Context(host, 1);
        assertThatThrownBy(second::enter)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName());
        assertThat(Context.current()).isSameAs(cx);
    }

    @Test
    void a_thread_that_pauses_polls_nothing_until_it_resumes() {
        cx.enter();
        cx.pause();
        assertThat(Context.current()).isNull();
        Context other = new Context(host, 1);
        other.enter();
        other.leave();
        cx.resume();
        assertThat(Context.current()).isSameAs(cx);
    }

    @Test
    void a_charge_beyond_the_budget_is_refused_and_wakes() {
        AtomicInteger wakes = new AtomicInteger();
        Context polling = cx.withWaker(wakes::incrementAndGet);
        assertThat(polling.charge()).isTrue();
        assertThat(polling.charge()).isTrue();
        assertThat(wakes).hasValue(0);
        assertThat(polling.charge()).isFalse();
        assertThat(wakes).hasValue(1);
    }

    @Test
    void a_child_differs_in_its_waker_and_shares_budget_host_and_locals() {
        AtomicInteger parentWakes = new AtomicInteger();
        AtomicInteger childWakes = new AtomicInteger();
        Context parent = cx.withWaker(parentWakes::incrementAndGet);
        Waker childWaker = childWakes::incrementAndGet;
        Context child = parent.withWaker(childWaker);
        HostLocal<List<String>> local = HostLocal.withInitial(ArrayList::new);

        assertThat(child.waker()).isSameAs(childWaker);
        assertThat(child.host()).isSameAs(cx.host());
        assertThat(child.local(local)).isSameAs(cx.local(local));
        assertThat(child.charge()).isTrue();
        assertThat(parent.charge()).isTrue();
        assertThat(child.charge()).isFalse();
        assertThat(childWakes).hasValue(1);
        assertThat(parentWakes).hasValue(0);
    }

    @Test
    void locals_are_made_once_for_each_host() {
        AtomicInteger made = new AtomicInteger();
        HostLocal<Integer> local = HostLocal.withInitial(made::incrementAndGet);
        assertThat(cx.local(local)).isEqualTo(1);
        assertThat(cx.local(local)).isEqualTo(1);
        assertThat(new Context(host, 1).local(local)).isEqualTo(2);
        assertThat(cx.local(local)).isEqualTo(1);
    }

    @Test
    void a_local_may_be_made_of_others_however_many_there_are() {
        HostLocal<Integer> sum = HostLocal.withInitial(() -> {
            int total = 0;
            for (int i = 0; i < 100; i++) {
                int value = i;
                total += cx.local(HostLocal.withInitial(() -> value));
            }
            return total;
        });
        assertThat(cx.local(sum)).isEqualTo(4950);
        assertThat(cx.local(sum)).isEqualTo(4950);
    }

    @Test
    void a_service_that_is_missing_is_named_together_with_the_host() {
        assertThat(cx.service(String.class)).isEqualTo("a service");
        assertThatThrownBy(() -> cx.service(Integer.class))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("java.lang.Integer")
                .hasMessageContaining("this host");
    }

    @Test
    void nothing_is_made_without_a_host_or_a_waker() {
        assertThatThrownBy(() -> new Context(null, 1)).hasMessage("host");
        assertThatThrownBy(() -> cx.withWaker(null)).hasMessage("waker");
        assertThatThrownBy(() -> new Context(host, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
