package dev.weir.task;

/** How often stress tests repeat: a short form for every build, a long one with {@code -Plong}. */
public final class Iterations {
    private static final int LONG = 10;

    private Iterations() {}

    public static int scaled(int count) {
        return Boolean.getBoolean("weir.long") ? Math.multiplyExact(count, LONG) : count;
    }

    /** How often a test repeats whose two forms are further apart. */
    public static int of(int inEveryBuild, int inLongOnes) {
        return Boolean.getBoolean("weir.long") ? inLongOnes : inEveryBuild;
    }

    /** Lets others run, in a loop that waits for them and has a limit of its own. */
    @SuppressWarnings("ThreadPriorityCheck") // two cores and many spinning threads: a hint is all that is needed
    public static void pause() {
        Thread.yield();
    }
}
