package dev.weir.stream.reactive;

import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the interleaving, producer and consumer see what one thread could have seen. */
@Param(name = "item", gen = IntGen.class, conf = "1:9")
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public class CreditRingLincheckTest {
    private final CreditRing<Integer> ring = new CreditRing<>(2);
    private int free = 2;

    @Operation(nonParallelGroup = "producer")
    public String offer(@Param(name = "item") int item) {
        return ring.offer(item).name();
    }

    @Operation(nonParallelGroup = "consumer")
    public void grant() {
        if (free > 0) {
            free--;
            ring.grant(1);
        }
    }

    @Operation(nonParallelGroup = "consumer")
    public @Nullable Integer take() {
        Integer item = ring.take();
        if (item != null) {
            free++;
        }
        return item;
    }

    @Operation(nonParallelGroup = "consumer")
    public boolean isEmpty() {
        return ring.isEmpty();
    }

    @Test
    void is_linearizable() {
        new ModelCheckingOptions()
                .iterations(Boolean.getBoolean("weir.long") ? 60 : 5)
                .threads(2)
                .actorsPerThread(4)
                .invocationsPerIteration(500)
                .check(CreditRingLincheckTest.class);
    }
}
