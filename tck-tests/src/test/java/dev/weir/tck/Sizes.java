package dev.weir.tck;

import dev.weir.runtime.TaskRuntime;
import dev.weir.stream.reactive.PublisherSource;
import dev.weir.stream.reactive.StreamProcessor;
import dev.weir.task.Budget;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The capacities at a border. One and two are where off-by-one errors of demand show; the default is what users run.
 *
 * @param prefetch the most that is requested from a publisher in advance
 * @param batch the most items given to a subscriber in one poll
 * @param budget the most operations of a task in one turn
 */
record Sizes(int prefetch, int batch, int budget) {
    /** Whether also those rows meet all capacities that else meet one each. */
    private static final boolean ALL =
            Boolean.parseBoolean(System.getProperty("weir.tck.all", System.getProperty("weir.long")));

    private static final Map<Integer, TaskRuntime> RUNTIMES = new ConcurrentHashMap<>();

    /** Every combination. */
    static List<Sizes> all() {
        return Stream.of(1, 2, PublisherSource.DEFAULT_PREFETCH)
                .flatMap(prefetch ->
                        batchesAndBudgets().stream().map(other -> new Sizes(prefetch, other.batch(), other.budget())))
                .toList();
    }

    /**
     * Every combination, each with one of three sizes of a processor's buffer, so that these also meet every two of the
     * others: a Latin cube, with a third of the cases that all four would make.
     */
    static Iterator<Object[]> withBuffers() {
        int[] buffers = {1, 2, StreamProcessor.DEFAULT_BUFFER};
        List<Sizes> all = all();
        return IntStream.range(0, all.size())
                .mapToObj(i -> new Object[] {all.get(i), buffers[(i / 9 + i / 3 + i) % 3]})
                .iterator();
    }

    /** Every combination for what publishes and requests nothing itself. */
    static List<Sizes> batchesAndBudgets() {
        return Stream.of(1, 2, Budget.DEFAULT)
                .flatMap(batch -> Stream.of(1, 2, Budget.DEFAULT)
                        .map(budget -> new Sizes(PublisherSource.DEFAULT_PREFETCH, batch, budget)))
                .toList();
    }

    /** Every combination for what subscribes and publishes nothing. */
    static List<Sizes> prefetchesAndBudgets() {
        return all().stream().filter(sizes -> sizes.batch() == Budget.DEFAULT).toList();
    }

    /** Returns the one for the row with this number, by turns, or in long runs all. */
    static List<Sizes> byTurns(int row, List<Sizes> all) {
        return ALL ? all : List.of(all.get(row % all.size()));
    }

    /** Returns the runtime of this budget: two workers, shared by all suites of the process, never closed. */
    TaskRuntime runtime() {
        return RUNTIMES.computeIfAbsent(
                budget,
                operations -> TaskRuntime.builder()
                        .name("tck-budget-" + operations)
                        .workers(2)
                        .budget(operations)
                        .build());
    }

    @Override
    public String toString() {
        return "prefetch " + prefetch + ", batch " + batch + ", budget " + budget;
    }
}
