package dev.weir.perf.peer;

import io.netty.util.AsciiString;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** The date of an answer. It has seconds, so one is made in each. Any thread. */
final class HttpDate {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private record Second(long number, AsciiString text) {}

    private static volatile Second last = new Second(Long.MIN_VALUE, AsciiString.EMPTY_STRING);

    /** Returns the date of this second. */
    AsciiString now() {
        Second seen = last;
        long second = System.currentTimeMillis() / 1000;
        if (seen.number != second) {
            seen = new Second(second, new AsciiString(FORMAT.format(Instant.ofEpochSecond(second))));
            last = seen;
        }
        return seen.text;
    }
}
