package dev.weir.perf.contest;

/**
 * A number that systems are compared by.
 *
 * @param name of the member in the line of JSON
 * @param label what follows the case in the table, empty for the rate
 * @param unit what the number is divided by in the table
 * @param isBetterLow as times are, unlike rates
 */
public record Figure(String name, String label, double unit, boolean isBetterLow) {
    /** Million operations a second, which every run has. */
    static final Figure RATE = new Figure("ops_per_s", "", 1e6, false);

    /** Returns a figure that is the better the greater it is, such as an efficiency. */
    public static Figure high(String name, String label) {
        return new Figure(name, label, 1, false);
    }

    /** Returns a figure that is the better the less it is, such as a latency. */
    public static Figure low(String name, String label) {
        return new Figure(name, label, 1, true);
    }

    /** Returns how many times as good a value is as another. */
    double ratio(double value, double other) {
        return isBetterLow ? other / value : value / other;
    }

    /** Tells whether a value is better than another; nothing is better than what is not known. */
    boolean isBetter(double value, double other) {
        return isBetterLow ? value < other : value > other;
    }
}
