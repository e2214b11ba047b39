package dev.weir.runtime;

import org.jspecify.annotations.Nullable;

/** How many workers a runtime has whose builder was not told. */
final class DefaultWorkers {
    static final String PROPERTY = "weir.workers";
    static final String VARIABLE = "WEIR_WORKER_THREADS";

    private DefaultWorkers() {}

    static int of(Lookup properties, Lookup environment) {
        String property = properties.get(PROPERTY);
        if (property != null) {
            return parse("system property " + PROPERTY, property);
        }
        String variable = environment.get(VARIABLE);
        return variable != null
                ? parse("environment variable " + VARIABLE, variable)
                : Runtime.getRuntime().availableProcessors();
    }

    private static int parse(String source, String value) {
        int workers = 0;
        try {
            workers = Integer.parseInt(value.trim());
        } catch (NumberFormatException e) {
            // said below, as of every other value that will not do
        }
        if (workers < 1) {
            throw new IllegalArgumentException(
                    source + " must be a number of worker threads, at least 1, was \"" + value + "\"");
        }
        return workers;
    }

    /** Where a value is looked up by its name. */
    interface Lookup {
        @Nullable String get(String name);
    }
}
