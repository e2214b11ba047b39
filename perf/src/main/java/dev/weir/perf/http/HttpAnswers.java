package dev.weir.perf.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;

/** The answers of the server, as bytes. Shared by all connections: safe for use by many threads. */
public final class HttpAnswers {
    /** The body of every good answer. */
    public static final String BODY = "Hello, World!";

    /** What every server of this jar calls itself, so that all answers are equally long. */
    public static final String SERVER = "perf";

    static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(US_ASCII);

    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final InstantSource clock;
    private volatile Second second = new Second(Long.MIN_VALUE, new byte[0]);

    /**
     * Creates the answers.
     *
     * @param clock tells the date that stands in them
     */
    public HttpAnswers(InstantSource clock) {
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** Appends the answer to a request. */
    void append(RequestHead request, ByteBatch to) {
        to.append(second().ok);
        if (!request.isKeptAlive()) {
            to.append(Second.CLOSE);
        } else if (request.isOld()) {
            to.append(Second.KEEP_ALIVE);
        }
        to.append(request.isOfHead() ? Second.END : Second.END_AND_BODY);
    }

    /** Appends the answer after which the connection is closed. */
    void appendRefusal(int status, ByteBatch to) {
        String reason = reason(status);
        String answer = "HTTP/1.1 " + status + " " + reason + "\r\nContent-Type: text/plain\r\nContent-Length: "
                + (reason.length() + 1) + "\r\nDate: " + DATE.format(clock.instant())
                + "\r\nConnection: close\r\n\r\n" + reason + "\n";
        to.append(answer.getBytes(US_ASCII));
    }

    /** Dates have seconds, so an answer is good for one. Two threads may make the same one: harmless. */
    private Second second() {
        Second last = second;
        long now = Math.floorDiv(clock.millis(), 1000L);
        if (last.number != now) {
            String head = "HTTP/1.1 200 OK\r\nServer: " + SERVER + "\r\nContent-Type: text/plain\r\nContent-Length: "
                    + BODY.length() + "\r\nDate: " + DATE.format(clock.instant()) + "\r\n";
            last = new Second(now, head.getBytes(US_ASCII));
            second = last;
        }
        return last;
    }

    private static String reason(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 417 -> "Expectation Failed";
            case 431 -> "Request Header Fields Too Large";
            case 501 -> "Not Implemented";
            case 505 -> "HTTP Version Not Supported";
            default -> throw new IllegalArgumentException("status must be one the parser gives, was " + status);
        };
    }

    private static final class Second {
        static final byte[] CLOSE = "Connection: close\r\n".getBytes(US_ASCII);
        static final byte[] KEEP_ALIVE = "Connection: keep-alive\r\n".getBytes(US_ASCII);
        static final byte[] END = "\r\n".getBytes(US_ASCII);
        static final byte[] END_AND_BODY = ("\r\n" + BODY).getBytes(US_ASCII);

        final long number;
        final byte[] ok;

        Second(long number, byte[] ok) {
            this.number = number;
            this.ok = ok;
        }
    }
}
