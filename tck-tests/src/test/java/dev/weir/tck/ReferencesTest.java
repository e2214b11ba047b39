package dev.weir.tck;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;

class ReferencesTest {
    @Test
    void a_publisher_that_forgets_its_subscriber_passes() {
        assertThatCode(() -> References.expectDropped(publisher(subscriber -> {}), 5_000))
                .doesNotThrowAnyException();
    }

    @Test
    void a_publisher_that_keeps_its_subscriber_fails() {
        List<Subscriber<?>> kept = new ArrayList<>();

        assertThatThrownBy(() -> References.expectDropped(publisher(kept::add), 500))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("§3.13");
    }

    /** Gives one item to each subscriber that it has shown to somebody. */
    private static Publisher<Object> publisher(Consumer<Subscriber<?>> shown) {
        return subscriber -> {
            shown.accept(subscriber);
            subscriber.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {}

                @Override
                public void cancel() {}
            });
            subscriber.onNext("item");
        };
    }
}
