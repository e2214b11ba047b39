package dev.weir.perf.contest;

/** Says that a system, or this JVM, has no natural form of a workload: a dash in the table, with the reason. */
public final class Unsupported extends RuntimeException {
    private static final long serialVersionUID = 1;

    public Unsupported(String reason) {
        super(reason);
    }
}
