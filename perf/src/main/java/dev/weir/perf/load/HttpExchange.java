package dev.weir.perf.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Locale;

/** Sends as many requests at once as the pipeline is deep, and expects as many good answers with the same body. */
final class HttpExchange implements Exchange {
    private static final int MAX_HEAD = 16 * 1024;

    private final ByteBuffer requests;
    private final int depth;
    private final byte[] body;
    private byte[] head = new byte[512];
    private int headLength;
    /** The last good head; the next one mostly looks the same. */
    private byte[] known = new byte[0];

    /** Position in the body; -1 while a head is read. */
    private int bodyAt = -1;

    private int answered;

    HttpExchange(int depth, String path, String body) {
        byte[] one = ("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n").getBytes(ISO_8859_1);
        requests = ByteBuffer.allocateDirect(depth * one.length);
        for (int i = 0; i < depth; i++) {
            requests.put(one);
        }
        this.depth = depth;
        this.body = body.getBytes(ISO_8859_1);
    }

    @Override
    public ByteBuffer nextRequest() {
        answered = 0;
        return requests.clear();
    }

    @Override
    public int take(ByteBuffer answer) throws WrongAnswerException {
        int before = answered;
        while (answer.hasRemaining()) {
            if (answered == depth) {
                throw new WrongAnswerException("more answers than requests");
            }
            if (bodyAt < 0) {
                takeHead(answer);
            } else {
                takeBody(answer);
            }
        }
        return answered - before;
    }

    private void takeHead(ByteBuffer answer) throws WrongAnswerException {
        while (answer.hasRemaining()) {
            if (headLength == MAX_HEAD) {
                throw new WrongAnswerException("the head of the answer has no end");
            }
            if (headLength == head.length) {
                head = Arrays.copyOf(head, 2 * head.length);
            }
            head[headLength++] = answer.get();
            if (headLength >= 4
                    && head[headLength - 1] == '\n'
                    && head[headLength - 2] == '\r'
                    && head[headLength - 3] == '\n') {
                if (!Arrays.equals(head, 0, headLength, known, 0, known.length)) {
                    check(new String(head, 0, headLength, ISO_8859_1));
                    known = Arrays.copyOf(head, headLength);
                }
                headLength = 0;
                bodyAt = 0;
                return;
            }
        }
    }

    private void check(String text) throws WrongAnswerException {
        if (!text.startsWith("HTTP/1.1 200 ")) {
            throw new WrongAnswerException(
                    "unexpected answer: " + text.lines().findFirst().orElse(""));
        }
        if (!text.toLowerCase(Locale.ROOT).contains("\r\ncontent-length: " + body.length + "\r\n")) {
            throw new WrongAnswerException("no Content-Length of " + body.length + " in the answer");
        }
    }

    private void takeBody(ByteBuffer answer) throws WrongAnswerException {
        while (bodyAt < body.length && answer.hasRemaining()) {
            if (answer.get() != body[bodyAt++]) {
                throw new WrongAnswerException("unexpected body");
            }
        }
        if (bodyAt == body.length) {
            bodyAt = -1;
            answered++;
        }
    }

    @Override
    public boolean isAnswered() {
        return answered == depth;
    }
}
