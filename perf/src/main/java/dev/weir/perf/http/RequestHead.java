package dev.weir.perf.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

/**
 * The few things a head says that matter to a server of one resource. Its methods take one line each, without the line
 * end, and answer 0 or the HTTP status to refuse it with.
 */
public final class RequestHead {
    private static final byte[] HOST = name("host");
    private static final byte[] CONTENT_LENGTH = name("content-length");
    private static final byte[] CONNECTION = name("connection");
    private static final byte[] TRANSFER_ENCODING = name("transfer-encoding");
    private static final byte[] EXPECT = name("expect");
    private static final byte[] CLOSE = name("close");
    private static final byte[] KEEP_ALIVE = name("keep-alive");
    private static final byte[] CONTINUE = name("100-continue");
    private static final byte[] HEAD = "HEAD".getBytes(US_ASCII);
    private static final byte[] PROTOCOL = "HTTP/".getBytes(US_ASCII);
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";
    private static final int MAX_LENGTH_DIGITS = 18;

    private boolean ofHead;
    private boolean old;
    private int hosts;
    private long contentLength;
    private boolean close;
    private boolean keepAlive;
    private boolean transferEncoding;
    private boolean expectsContinue;

    /** True for HEAD: the answer has no body. */
    boolean isOfHead() {
        return ofHead;
    }

    /** True for HTTP/1.0. */
    boolean isOld() {
        return old;
    }

    /** Whether the connection stays open after the answer. */
    boolean isKeptAlive() {
        return !close && (!old || keepAlive);
    }

    /** True if the client holds the body back until it is told to go on. */
    boolean expectsContinue() {
        return expectsContinue && !old && contentLength > 0;
    }

    long contentLength() {
        return Math.max(0, contentLength);
    }

    /** The request line: {@code method SP target SP HTTP/major.minor}. */
    int begin(byte[] line, int length) {
        hosts = 0;
        contentLength = -1;
        close = false;
        keepAlive = false;
        transferEncoding = false;
        expectsContinue = false;
        int method = tokenEnd(line, length);
        int version = length - 8;
        if (method == 0 || version < method + 3 || line[method] != ' ' || line[version - 1] != ' ') {
            return 400;
        }
        for (int i = method + 1; i < version - 1; i++) {
            if (line[i] == ' ') {
                return 400;
            }
        }
        if (!equal(line, version, version + 5, PROTOCOL)
                || !isDigit(line[version + 5])
                || line[version + 6] != '.'
                || !isDigit(line[version + 7])) {
            return 400;
        }
        ofHead = equal(line, 0, method, HEAD);
        old = line[version + 7] == '0';
        return line[version + 5] == '1' ? 0 : 505;
    }

    /** A field: {@code name: value}. A line that begins with a blank, once the way to fold lines, has no name. */
    int field(byte[] line, int length) {
        int colon = tokenEnd(line, length);
        if (colon == 0 || colon == length || line[colon] != ':') {
            return 400;
        }
        int from = colon + 1;
        int to = length;
        while (from < to && isBlank(line[from])) {
            from++;
        }
        while (from < to && isBlank(line[to - 1])) {
            to--;
        }
        if (equalIgnoreCase(line, 0, colon, HOST)) {
            hosts++;
        } else if (equalIgnoreCase(line, 0, colon, CONTENT_LENGTH)) {
            return length(line, from, to);
        } else if (equalIgnoreCase(line, 0, colon, CONNECTION)) {
            connection(line, from, to);
        } else if (equalIgnoreCase(line, 0, colon, TRANSFER_ENCODING)) {
            transferEncoding = true;
        } else if (equalIgnoreCase(line, 0, colon, EXPECT)) {
            expectsContinue = equalIgnoreCase(line, from, to, CONTINUE);
            return expectsContinue ? 0 : 417;
        }
        return 0;
    }

    /** The empty line. Two lengths, or a length and an encoding, are how requests are smuggled (RFC 9112, 6.1). */
    int end() {
        boolean hostIsClear = hosts == 1 || (hosts == 0 && old);
        boolean lengthIsClear = !transferEncoding || (!old && contentLength < 0);
        if (!hostIsClear || !lengthIsClear) {
            return 400;
        }
        return transferEncoding ? 501 : 0;
    }

    private int length(byte[] line, int from, int to) {
        if (contentLength >= 0 || from == to || to - from > MAX_LENGTH_DIGITS) {
            return 400;
        }
        long length = 0;
        for (int i = from; i < to; i++) {
            if (!isDigit(line[i])) {
                return 400;
            }
            length = 10 * length + line[i] - '0';
        }
        contentLength = length;
        return 0;
    }

    private void connection(byte[] line, int from, int to) {
        int start = from;
        while (start < to) {
            int end = start;
            while (end < to && line[end] != ',' && !isBlank(line[end])) {
                end++;
            }
            close |= equalIgnoreCase(line, start, end, CLOSE);
            keepAlive |= equalIgnoreCase(line, start, end, KEEP_ALIVE);
            start = end + 1;
        }
    }

    private static int tokenEnd(byte[] line, int length) {
        int end = 0;
        while (end < length && isTokenMark(line[end])) {
            end++;
        }
        return end;
    }

    private static boolean isTokenMark(byte mark) {
        return (mark >= 'a' && mark <= 'z')
                || (mark >= 'A' && mark <= 'Z')
                || isDigit(mark)
                || TOKEN_MARKS.indexOf(mark) >= 0;
    }

    private static boolean isDigit(byte mark) {
        return mark >= '0' && mark <= '9';
    }

    private static boolean isBlank(byte mark) {
        return mark == ' ' || mark == '\t';
    }

    private static boolean equal(byte[] line, int from, int to, byte[] word) {
        if (to - from != word.length) {
            return false;
        }
        for (int i = 0; i < word.length; i++) {
            if (line[from + i] != word[i]) {
                return false;
            }
        }
        return true;
    }

    private static boolean equalIgnoreCase(byte[] line, int from, int to, byte[] lowerCaseWord) {
        if (to - from != lowerCaseWord.length) {
            return false;
        }
        for (int i = 0; i < lowerCaseWord.length; i++) {
            byte mark = line[from + i];
            if (toLowerCase(mark) != lowerCaseWord[i]) {
                return false;
            }
        }
        return true;
    }

    private static int toLowerCase(byte mark) {
        return mark >= 'A' && mark <= 'Z' ? mark + ('a' - 'A') : mark;
    }

    private static byte[] name(String lowerCase) {
        return lowerCase.getBytes(US_ASCII);
    }
}
