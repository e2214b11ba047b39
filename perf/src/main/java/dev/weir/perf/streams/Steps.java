package dev.weir.perf.streams;

/** What the functions of all libraries compute, so that they differ in nothing else. */
final class Steps {
    private static final int WORK = 700;

    private Steps() {}

    static int first(int n) {
        return n + 1;
    }

    static boolean isWanted(int n) {
        return (n & 3) != 0;
    }

    static int second(int n) {
        return n ^ 0x55;
    }

    static long add(long sum, int n) {
        return sum + n;
    }

    static int pair(int left, int right) {
        return left ^ (right >>> 1);
    }

    /** About a microsecond of arithmetic. */
    static int work(int n) {
        int x = n | 1;
        for (int i = 0; i < WORK; i++) {
            x ^= x << 13;
            x ^= x >>> 17;
            x ^= x << 5;
        }
        return x & 0xffff;
    }
}
