package dev.weir.io;

/**
 * A snapshot of the counters of one I/O driver, counted since its creation. {@code runtime.service(IoMetrics.class)}
 * takes one; the numbers are read one after another, so they may differ by what happens meanwhile.
 *
 * @param selects how often the system was asked for events, waiting or not
 * @param emptySelects how many of these found none
 * @param events events dispatched: readable, writable, acceptable or connected channels
 * @param wakeups how often a waiting thread was called back by another one
 * @param interrupts thread interrupts that were cleared
 * @param rebuilds how often a selector that returned for no reason was replaced
 * @param registered channels that were ever registered
 * @param deregistered those of them that were given back
 * @param keys channels registered now, closed ones that were not yet given back included
 * @param budgetUsed bytes held of the {@linkplain ByteBudget#shared() shared budget} of the process
 * @param budgetWaiting sources that wait for some of it
 */
public record IoMetrics(
        long selects,
        long emptySelects,
        long events,
        long wakeups,
        long interrupts,
        long rebuilds,
        long registered,
        long deregistered,
        int keys,
        long budgetUsed,
        int budgetWaiting) {}
