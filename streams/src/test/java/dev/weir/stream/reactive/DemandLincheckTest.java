package dev.weir.stream.reactive;

import java.util.concurrent.TimeUnit;
import org.jetbrains.lincheck.datastructures.LongGen;
import org.jetbrains.lincheck.datastructures.ModelCheckingOptions;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever the interleaving, two threads see what one thread could have seen. Producing belongs to one of them. */
@Param(name = "n", gen = LongGen.class, conf = "1:4")
// a model check takes the time that others leave it, and finds a hang by itself
@Timeout(value = 10, unit = TimeUnit.MINUTES)
public class DemandLincheckTest {
    private final Demand demand = new Demand();
    private long left;

    @Operation
    public void add(@Param(name = "n") long n) {
        demand.add(n);
    }

    @Operation
    public void addAlmostAll() {
        demand.add(Long.MAX_VALUE - 3);
    }

    @Operation(nonParallelGroup = "owner")
    public long produce(@Param(name = "n") long n) {
        left = demand.produced(Math.min(n, left));
        return left;
    }

    @Operation(nonParallelGroup = "owner")
    public long look() {
        left = demand.produced(0);
        return left;
    }

    @Test
    void is_linearizable() {
        new ModelCheckingOptions()
                .iterations(Boolean.getBoolean("weir.long") ? 60 : 5)
                .threads(2)
                .actorsPerThread(4)
                .invocationsPerIteration(500)
                .check(DemandLincheckTest.class);
    }
}
