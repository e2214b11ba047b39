package dev.weir.perf.demo;

import java.time.Duration;
import java.util.Locale;

/** The classes of clients, by what they do between chunks. */
enum Pace {
    /** Takes what comes, as it comes. */
    FAST('f') {
        @Override
        long wanted(Duration work, long file) {
            return file;
        }

        @Override
        Duration pauseAfter(long before, long now, Duration elapsed, Duration work) {
            return Duration.ZERO;
        }
    },

    /** Takes its share evenly over most of the time there is. */
    SLOW('s') {
        @Override
        long wanted(Duration work, long file) {
            return Math.min(file, (long) (SLOW_BYTES_A_SECOND * 0.9 * (work.toNanos() / 1e9)));
        }

        @Override
        Duration pauseAfter(long before, long now, Duration elapsed, Duration work) {
            Duration early =
                    Duration.ofNanos(now * 1_000_000_000L / SLOW_BYTES_A_SECOND).minus(elapsed);
            return early.isNegative() ? Duration.ZERO : early;
        }
    },

    /** Takes a sixth of its share at full speed, then nothing for a seventh of the time, and so on. */
    STALLING('t') {
        @Override
        long wanted(Duration work, long file) {
            return Math.min(file, BURST * BURSTS);
        }

        @Override
        Duration pauseAfter(long before, long now, Duration elapsed, Duration work) {
            boolean amidBurst = before / BURST == now / BURST;
            return amidBurst || now == BURST * BURSTS ? Duration.ZERO : work.dividedBy(BURSTS + 1);
        }
    };

    static final long SLOW_BYTES_A_SECOND = 2 << 20;
    static final long BURST = 8 << 20;
    static final int BURSTS = 6;

    private final byte code;

    Pace(char code) {
        this.code = (byte) code;
    }

    /** Returns how much of the file a client asks for. */
    abstract long wanted(Duration work, long file);

    /**
     * Returns how long a client rests before the next read.
     *
     * @param before bytes received before the last read
     * @param now bytes received after it
     * @param elapsed since the first
     */
    abstract Duration pauseAfter(long before, long now, Duration elapsed, Duration work);

    /** Returns the class of a client: each has a third of them. */
    static Pace of(int client) {
        return values()[client % values().length];
    }

    /** Returns what stands for this class on the wire. */
    byte code() {
        return code;
    }

    static Pace ofCode(byte code) {
        for (Pace pace : values()) {
            if (pace.code == code) {
                return pace;
            }
        }
        throw new IllegalArgumentException("the class of a client must be f, s or t, was " + code);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
