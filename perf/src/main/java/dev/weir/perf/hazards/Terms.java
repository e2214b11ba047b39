package dev.weir.perf.hazards;

import dev.weir.perf.report.JsonLine;
import dev.weir.runtime.TaskRuntime;
import dev.weir.runtime.WorkStealingRuntime;
import java.io.PrintWriter;
import java.util.Locale;
import org.HdrHistogram.Histogram;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** Whether what prevents a hazard is on, and how its verdict is told: what all commands share. */
final class Terms {
    @Spec(Target.MIXEE)
    private CommandSpec spec;

    @Option(names = "--off", description = "without what prevents it")
    private boolean off;

    boolean isOff() {
        return off;
    }

    int atLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(spec.commandLine(), option + " must be at least 1, was " + value);
        }
        return value;
    }

    WorkStealingRuntime.Builder builder(int workers, Mechanism mechanism) {
        WorkStealingRuntime.Builder builder =
                TaskRuntime.builder().name("hazard").workers(workers).drivers(1);
        if (off) {
            mechanism.switchOff(builder);
        }
        return builder;
    }

    /** Begins the line of a hazard. */
    JsonLine line(String hazard, Mechanism mechanism) {
        return new JsonLine()
                .put("hazard", hazard)
                .put("mechanism", mechanism.name().toLowerCase(Locale.ROOT))
                .put("off", off);
    }

    /** Adds the delays, in nanoseconds, to a line. */
    static JsonLine put(JsonLine line, String what, Histogram delays) {
        return line.put(what + "_rounds", delays.getTotalCount())
                .put(what + "_p50_us", delays.getValueAtPercentile(50) / 1e3)
                .put(what + "_p99_us", delays.getValueAtPercentile(99) / 1e3)
                .put(what + "_max_us", delays.getMaxValue() / 1e3);
    }

    /** Prints the line with its verdict and returns the exit code. */
    int end(JsonLine line, boolean good) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(line.put("good", good));
        out.flush();
        return good ? 0 : 1;
    }
}
