package dev.weir.io.tls;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.io.ByteStream;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class HeldTest {
    private final Held held = new Held();

    private int fill(int size) {
        int items = 0;
        for (; !held.isFull(); items++) {
            held.add(ByteBuffer.allocate(size));
        }
        return items;
    }

    @Test
    void it_is_full_with_a_record() {
        assertThat(fill(TlsConnection.RECORD / 4)).isEqualTo(4);
        held.removed(1);
        assertThat(held.isFull()).isFalse();
    }

    @Test
    void items_are_bounded_however_small_they_are() {
        assertThat(fill(1)).isEqualTo(TlsConnection.RECORD / ByteStream.LEAST_WEIGHT);
        ByteBuffer first = held.items()[0];
        first.position(1);
        held.removed(1);
        assertThat(held.isFull()).isFalse();
    }

    @Test
    void what_is_empty_is_not_held() {
        held.add(ByteBuffer.allocate(0));
        assertThat(held.items()).isEmpty();
    }
}
