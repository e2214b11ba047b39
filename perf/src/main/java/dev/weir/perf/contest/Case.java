package dev.weir.perf.contest;

import java.util.ArrayList;
import java.util.List;

/**
 * A row of measurements: a workload with its arguments, on so many workers.
 *
 * @param variant what distinguishes it from other cases of its workload, in the table; may be empty
 * @param arguments the same on the command line, such as {@code --how respawn}
 * @param more what to show beside the rate, each in a line of its own
 * @param withJvmPeers false for what is a question between Weir and Tokio
 */
public record Case(
        String workload, String variant, List<String> arguments, int workers, List<Figure> more, boolean withJvmPeers) {
    /** Returns a case without arguments that is judged by its rate alone. */
    public static Case of(String workload, int workers) {
        return new Case(workload, "", List.of(), workers, List.of(), true);
    }

    /** Returns a variant of this case. */
    public Case with(String variant, String... arguments) {
        return new Case(workload, variant, List.of(arguments), workers, more, withJvmPeers);
    }

    /** Returns this case without the peers on the JVM. */
    public Case besideTokioAlone() {
        return new Case(workload, variant, arguments, workers, more, false);
    }

    /** Returns this case with one more figure to show. */
    public Case showing(Figure figure) {
        List<Figure> all = new ArrayList<>(more);
        all.add(figure);
        return new Case(workload, variant, arguments, workers, List.copyOf(all), withJvmPeers);
    }

    /** Returns the same case on another number of workers. */
    Case on(int workers) {
        return new Case(workload, variant, arguments, workers, more, withJvmPeers);
    }

    /** Returns the case under the name that a line gives itself: one run may measure several things. */
    Case named(String bench) {
        return new Case(bench, variant, arguments, workers, more, withJvmPeers);
    }

    /** Returns the rate and what else is to be shown. */
    List<Figure> figures() {
        List<Figure> all = new ArrayList<>(List.of(Figure.RATE));
        all.addAll(more);
        return all;
    }

    /** Returns the name without the workers. */
    String label() {
        return variant.isEmpty() ? workload : workload + " (" + variant + ")";
    }
}
