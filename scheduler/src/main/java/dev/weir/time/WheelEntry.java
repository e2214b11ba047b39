package dev.weir.time;

import org.jspecify.annotations.Nullable;

/** What a {@link TimerWheel} files, and its place there, which belongs to the wheel. */
abstract class WheelEntry {
    /** The list it is in, or {@link TimerWheel#NOWHERE}. */
    int list = TimerWheel.NOWHERE;

    @Nullable WheelEntry next;

    @Nullable WheelEntry previous;

    /** Returns when it is to expire. May move ahead while it is filed: then it is filed again when its slot comes. */
    abstract long tick();

    final boolean isFiled() {
        return list != TimerWheel.NOWHERE;
    }
}
