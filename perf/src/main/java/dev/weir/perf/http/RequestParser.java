package dev.weir.perf.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Finds the requests in a sequence of bytes that may be cut anywhere. What it reports depends on the bytes alone, never
 * on where they were cut.
 *
 * <p>Lines end in CRLF, empty lines before a request are skipped, bodies with a {@code Content-Length} are read past. A
 * request with a {@code Transfer-Encoding} is refused with 501, so a body never has to be decoded. Confined to its
 * owner; holds one line at most.
 */
public final class RequestParser {
    /** The longest head, in bytes, with the empty line that ends it. */
    public static final int MAX_HEAD = 16 * 1024;

    /** What the bytes consumed last have completed. */
    public enum Event {
        /** Nothing yet: all bytes were consumed. */
        MORE,
        /** A head whose sender waits for {@code 100 Continue} before it sends the body. */
        CONTINUE,
        /** A request with its body. */
        REQUEST,
        /** Something that is no request, or none that is served; see {@link #status()}. Final. */
        REJECTED
    }

    private enum Part {
        REQUEST_LINE,
        FIELDS,
        BODY
    }

    private final int maxHead;
    private final RequestHead head = new RequestHead();
    private byte[] line = new byte[128];
    private int lineLength;
    private boolean carriageReturn;
    private Part part = Part.REQUEST_LINE;
    private int headBytes;
    private long bodyLeft;
    private int status;

    /** Creates a parser that takes heads of up to {@link #MAX_HEAD} bytes. */
    public RequestParser() {
        this(MAX_HEAD);
    }

    RequestParser(int maxHead) {
        if (maxHead < 1) {
            throw new IllegalArgumentException("maxHead must be at least 1, was " + maxHead);
        }
        this.maxHead = maxHead;
    }

    /** Consumes bytes up to and including the one that completes something. */
    public Event parse(ByteBuffer in) {
        while (status == 0) {
            if (part == Part.BODY) {
                int skipped = (int) Math.min(bodyLeft, in.remaining());
                in.position(in.position() + skipped);
                bodyLeft -= skipped;
                if (bodyLeft > 0) {
                    return Event.MORE;
                }
                part = Part.REQUEST_LINE;
                headBytes = 0;
                return Event.REQUEST;
            }
            if (!in.hasRemaining()) {
                return Event.MORE;
            }
            if (headBytes++ == maxHead) {
                status = 431;
            } else if (takes(in.get()) && status == 0 && part == Part.BODY && head.expectsContinue()) {
                return Event.CONTINUE;
            }
        }
        return Event.REJECTED;
    }

    /** Takes one byte of a head; true if it ended a line. */
    private boolean takes(byte next) {
        if (next == '\n') {
            if (carriageReturn) {
                carriageReturn = false;
                endLine();
                lineLength = 0;
                return true;
            }
            status = 400;
        } else if (carriageReturn || isForbidden(next)) {
            status = 400;
        } else if (next == '\r') {
            carriageReturn = true;
        } else {
            if (lineLength == line.length) {
                line = Arrays.copyOf(line, 2 * lineLength);
            }
            line[lineLength++] = next;
        }
        return false;
    }

    private boolean isForbidden(byte next) {
        boolean control = (next >= 0 && next < ' ' && next != '\r' && next != '\t') || next == 0x7f;
        return control || (part == Part.REQUEST_LINE && (next < 0 || next == '\t'));
    }

    private void endLine() {
        if (part == Part.REQUEST_LINE) {
            if (lineLength > 0) {
                status = head.begin(line, lineLength);
                part = Part.FIELDS;
            }
        } else if (lineLength > 0) {
            status = head.field(line, lineLength);
        } else {
            status = head.end();
            bodyLeft = head.contentLength();
            part = Part.BODY;
        }
    }

    /** Returns what the last request said of itself; valid until the next call of {@link #parse}. */
    public RequestHead head() {
        return head;
    }

    /** Returns why the bytes were rejected, as an HTTP status: 400, 417, 431, 501 or 505; 0 if they were not. */
    public int status() {
        return status;
    }
}
