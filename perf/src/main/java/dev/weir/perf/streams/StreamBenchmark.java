package dev.weir.perf.streams;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One pipeline of one library. In the clean profile it is all that runs in the JVM, and the compiler sees one class of
 * function at each call. In the polluted one every other pipeline of the library has run before, as in a real program,
 * where a map is given hundreds of functions.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class StreamBenchmark {
    /** How long each other pipeline runs before, at least, and how often. */
    private static final long POLLUTION_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private static final int POLLUTION_RUNS = 2;

    /** What has run before. */
    public enum Profile {
        CLEAN,
        POLLUTED
    }

    @Param
    public Contender library;

    @Param
    public Shape shape;

    @Param
    public Profile profile;

    private Library subject;
    private long expected;

    /** Opens the library and, for the polluted profile, runs all that it has. */
    @Setup
    public void open() throws Exception {
        subject = library.open();
        Library oracle = new PlainLoop();
        expected = shape.run(oracle);
        if (profile == Profile.POLLUTED) {
            for (Shape other : Shape.values()) {
                if (!library.lacks(other)) {
                    pollute(other, other.run(oracle));
                }
            }
        }
    }

    private void pollute(Shape other, long expected) throws Exception {
        long end = System.nanoTime() + POLLUTION_NANOS;
        for (int runs = 0; runs < POLLUTION_RUNS || System.nanoTime() < end; runs++) {
            check(other, other.run(subject), expected);
        }
    }

    /** Runs the pipeline once; a wrong result fails the benchmark. */
    @Benchmark
    public long run() throws Exception {
        return check(shape, shape.run(subject), expected);
    }

    private long check(Shape of, long result, long expected) {
        if (result != expected) {
            throw new IllegalStateException(
                    of + " of " + library + " has come to " + result + ", which should be " + expected);
        }
        return result;
    }

    /** Closes the library. */
    @TearDown
    public void close() throws Exception {
        subject.close();
    }
}
