package dev.weir.testkit.simulation;

import java.util.Arrays;

/**
 * Every choice of one run, drawn from its seed by SplitMix64 (Steele, Lea, Flood 2014): the same numbers on every JDK.
 *
 * <p>The seed also draws the temper of the run: how ready tasks are picked, how often wakes are late or polls spurious,
 * which budgets there are. Runs that differ in kind find more than runs that are all equally random (Groce et al., Swarm
 * testing, 2012); the order by priorities that change now and then is that of Burckhardt et al., A randomized scheduler
 * with probabilistic guarantees of finding bugs, 2010.
 */
final class Choices {
    /** How the next of several ready tasks is picked. None starves a task: one pick in eight is any. */
    enum Order {
        ANY,
        OLDEST,
        NEWEST,
        PRIORITY
    }

    private static final int NEVER = 0;
    private static final int[] HOW_OFTEN = {NEVER, 4, 16, 64};

    private long state;
    private final Order order;
    private final int spuriousOneIn;
    private final int lateOneIn;
    private final int slowOneIn;
    private final int[] budgets;
    private final long latestNanos;

    Choices(long seed, Simulation settings) {
        state = seed;
        order = Order.values()[below(Order.values().length)];
        spuriousOneIn = settings.spuriousPolls() ? HOW_OFTEN[below(HOW_OFTEN.length)] : NEVER;
        latestNanos = settings.lateWakes().toNanos();
        lateOneIn = latestNanos > 0 ? HOW_OFTEN[below(HOW_OFTEN.length)] : NEVER;
        slowOneIn = latestNanos > 0 ? HOW_OFTEN[below(HOW_OFTEN.length)] : NEVER;
        int[] offered = settings.budgetsOffered();
        budgets = below(2) == 0 ? offered : new int[] {offered[below(offered.length)]};
    }

    long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number from 0 to below the bound, which is positive. */
    int below(int bound) {
        return (int) (((next() >>> 32) * bound) >>> 32);
    }

    private boolean oneIn(int n) {
        return n != NEVER && below(n) == 0;
    }

    Order order() {
        return oneIn(8) ? Order.ANY : order;
    }

    /** Whether a task shall be polled now that nobody woke. */
    boolean spuriousPoll() {
        return oneIn(spuriousOneIn);
    }

    /** By how much a wake is late; 0 if it is not. */
    long lateNanos() {
        return oneIn(lateOneIn) ? micros() : 0;
    }

    /** How long a poll took; 0 for no time at all. */
    long slowNanos() {
        return oneIn(slowOneIn) ? micros() : 0;
    }

    private long micros() {
        return Math.max(1, below((int) Math.min(Integer.MAX_VALUE, latestNanos / 1000 + 1))) * 1000L;
    }

    /** Which of the budgets of this run the next turn has. */
    int budget() {
        return budgets[below(budgets.length)];
    }

    @Override
    public String toString() {
        return "picks " + order + ", spurious polls 1 in " + spuriousOneIn + ", late wakes 1 in " + lateOneIn
                + ", slow polls 1 in " + slowOneIn + ", budgets " + Arrays.toString(budgets);
    }
}
