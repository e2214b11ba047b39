package dev.weir.perf.contest;

import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * {@code bench FAMILY}: what the commands of all families share. A family adds its workload, its system and its sizes as
 * parameters, and measures.
 *
 * @param <W> the workloads, whose strings are their names on the command line
 * @param <E> the systems
 */
@Command(
        description = {
            "Measures one workload on one system in this process and prints lines of JSON.",
            "Exits with 3 if the system has no natural form of the workload."
        },
        mixinStandardHelpOptions = true)
public abstract class FamilyBench<W, E extends Entrant<W>> implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Extent extent;

    @Override
    public final Integer call() throws Exception {
        extent.meter(); // refuses what is out of range before anything is started
        try {
            Map<String, Measurement> lines = lines();
            lines.forEach((name, line) -> spec.commandLine().getOut().println(line.line(system(), name)));
            spec.commandLine().getOut().flush();
            return 0;
        } catch (Unsupported e) {
            spec.commandLine().getErr().println(system() + " has no " + workload() + ": " + e.getMessage());
            return Extent.UNSUPPORTED;
        }
    }

    private Map<String, Measurement> lines() throws Exception {
        try (E system = open(extent.workers())) {
            String reason = system.lacks(workload());
            if (reason != null) {
                throw new Unsupported(reason);
            }
            return measure(system);
        }
    }

    /** Returns on how many workers and for how long to measure. */
    protected final Extent extent() {
        return extent;
    }

    /** Returns the name of the system, as on the command line. */
    protected abstract String system();

    /** Returns what is to be measured. */
    protected abstract W workload();

    /**
     * Starts the system.
     *
     * @throws Unsupported if this JVM does not have it
     */
    protected abstract E open(int workers);

    /**
     * Measures the workload, of which the system has a natural form.
     *
     * @return the lines by the names of what was measured, in order
     */
    protected abstract Map<String, Measurement> measure(E system) throws Exception;
}
