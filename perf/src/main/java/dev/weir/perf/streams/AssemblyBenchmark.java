package dev.weir.perf.streams;

import dev.weir.stream.AsyncStream;
import dev.weir.task.Source;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What it costs to put a stream of five operators together, without traces, with {@code named} at its end, and with a
 * trace of every operator; from a stack as deep as that of a server. {@code opened} runs nothing but makes the sources of
 * a run, which is what a trace adds to afterwards.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 2, time = 400, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 3, time = 300, timeUnit = TimeUnit.MILLISECONDS)
@Fork(1)
public class AssemblyBenchmark {
    private static final String TRACE = "-Dweir.stream.trace=true";

    /** Frames between the caller and the bottom of the stack. */
    @Param({"5", "60"})
    public int depth;

    private final AsyncStream<Integer> assembled = chain();

    @Benchmark
    public Object off() {
        return at(depth, false);
    }

    @Benchmark
    public Object named() {
        return at(depth, true);
    }

    @Benchmark
    @Fork(jvmArgsAppend = TRACE)
    public Object on() {
        return at(depth, false);
    }

    @Benchmark
    public Object openedOff() {
        return opened();
    }

    @Benchmark
    @Fork(jvmArgsAppend = TRACE)
    public Object openedOn() {
        return opened();
    }

    private Source<Integer> opened() {
        return assembled.open();
    }

    private static Object at(int depth, boolean named) {
        if (depth > 0) {
            return at(depth - 1, named);
        }
        return named ? chain().named("here") : chain();
    }

    private static AsyncStream<Integer> chain() {
        return AsyncStream.range(0, 10)
                .map(Steps::first)
                .filter(Steps::isWanted)
                .map(Steps::second)
                .take(5);
    }
}
