package dev.weir.perf.hazards;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code hazards}. */
@Command(
        name = "hazards",
        description = {
            "Brings about what holds up tasks in other runtimes, and prints a line of JSON about the delays.",
            "Exits with 0 only if they keep within their bound. --off switches off what prevents it."
        },
        mixinStandardHelpOptions = true,
        subcommands = {LongPoll.class, BlockedSlot.class, Respawn.class, Crowd.class, CrowdServer.class})
public final class HazardsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Missing hazard: long-poll, slot, respawn or crowd");
    }
}
