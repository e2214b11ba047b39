package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InboxTest {
    @Test
    void a_publisher_that_keeps_a_closed_inbox_keeps_no_items() {
        Inbox<Integer> inbox = new Inbox<>(4, false);
        inbox.onSubscribe(EndedSubscription.INSTANCE);
        inbox.grant(4);
        inbox.onNext(1);
        inbox.onNext(2);

        inbox.close();

        assertThat(inbox.take()).isNull();
        inbox.onNext(3);
        assertThat(inbox.take()).isNull();
    }
}
