package dev.weir.stream.reactive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreditRingTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 128})
    void holdsAsManyItemsAsThereIsCreditAndNoMore(int capacity) {
        CreditRing<Integer> ring = new CreditRing<>(capacity);
        int next = 0;
        int expected = 0;
        for (int lap = 0; lap < 5; lap++) {
            assertThat(ring.offer(-1)).isEqualTo(CreditRing.Offer.BEYOND_CREDIT);
            ring.grant(capacity);
            for (int i = 0; i < capacity; i++) {
                assertThat(ring.offer(next++)).isEqualTo(CreditRing.Offer.ACCEPTED);
            }
            assertThat(ring.offer(-1)).isEqualTo(CreditRing.Offer.BEYOND_CREDIT);
            for (int i = 0; i < capacity; i++) {
                assertThat(ring.isEmpty()).isFalse();
                assertThat(ring.take()).isEqualTo(expected++);
            }
            assertThat(ring.isEmpty()).isTrue();
            assertThat(ring.take()).isNull();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Integer.MIN_VALUE, -1, 0, (1 << 30) + 1})
    void refusesCapacitiesOutOfRange(int capacity) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CreditRing<>(capacity))
                .withMessageContaining("capacity")
                .withMessageContaining(Integer.toString(capacity));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 128})
    void keepsOrderBetweenTwoThreads(int capacity) throws Exception {
        int count = 20_000;
        CreditRing<Integer> ring = new CreditRing<>(capacity);
        Thread producer = new Thread(() -> {
            for (int i = 0; i < count; ) {
                if (ring.offer(i) == CreditRing.Offer.ACCEPTED) {
                    i++;
                } else {
                    LockSupport.parkNanos(1);
                }
            }
        });
        producer.start();
        ring.grant(capacity);
        for (int i = 0; i < count; ) {
            Integer item = ring.take();
            if (item == null) {
                LockSupport.parkNanos(1);
                continue;
            }
            assertThat(item).isEqualTo(i++);
            ring.grant(1);
        }
        producer.join();
        assertThat(ring.take()).isNull();
    }

    @Test
    void twoProducersAreNoticedAndLeaveNoHole() throws Exception {
        int capacity = 1 << 16;
        CreditRing<Integer> ring = new CreditRing<>(capacity);
        ring.grant(capacity);
        AtomicBoolean contended = new AtomicBoolean();
        Thread[] producers = new Thread[4];
        for (int p = 0; p < producers.length; p++) {
            producers[p] = new Thread(() -> {
                for (CreditRing.Offer offer; (offer = ring.offer(1)) != CreditRing.Offer.BEYOND_CREDIT; ) {
                    if (offer == CreditRing.Offer.CONTENDED) {
                        contended.set(true);
                    }
                }
            });
            producers[p].start();
        }
        for (Thread producer : producers) {
            producer.join();
        }
        int taken = 0;
        while (ring.take() != null) {
            taken++;
        }
        assertThat(taken).isEqualTo(capacity);
        assertThat(ring.isEmpty()).isTrue();
    }
}
