package dev.weir.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class OrderTest {
    @Test
    void an_order_may_come_in_pieces() {
        for (int cut = 0; cut < Order.SIZE; cut++) {
            ByteBuffer bytes = new Order(Pace.SLOW, 1L << 40).toBytes();
            Order.Parser parser = new Order.Parser();
            assertThat(parser.take(bytes.slice(0, cut))).isEmpty();
            assertThat(parser.take(bytes.slice(cut, Order.SIZE - cut))).contains(new Order(Pace.SLOW, 1L << 40));
        }
    }

    @Test
    void an_unknown_class_is_refused() {
        ByteBuffer bytes = ByteBuffer.allocate(Order.SIZE);
        assertThatThrownBy(() -> new Order.Parser().take(bytes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("was 0");
    }
}
