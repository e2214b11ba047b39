package dev.weir.perf.http;

import dev.weir.perf.http.RequestParser.Event;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/** Answers requests in a thread that blocks. Confined to it. */
public final class BlockingResponder {
    private static final int BUFFER = 8192;
    private static final int ONE_ANSWER = 160;

    private final HttpAnswers answers;
    private final RequestParser parser = new RequestParser();

    /**
     * Creates the responder of one connection.
     *
     * @param answers what the client gets
     */
    public BlockingResponder(HttpAnswers answers) {
        this.answers = answers;
    }

    /**
     * Answers until the client ends or has to be refused; the answers to what came in one read leave in one write.
     *
     * @throws IOException as the streams do
     */
    public void serve(InputStream in, OutputStream out) throws IOException {
        byte[] buffer = new byte[BUFFER];
        boolean alive = true;
        for (int n = in.read(buffer); n >= 0 && alive; n = alive ? in.read(buffer) : -1) {
            ByteBatch batch = new ByteBatch(ONE_ANSWER);
            alive = answer(ByteBuffer.wrap(buffer, 0, n), batch);
            out.write(batch.toBuffer().array(), 0, batch.length());
        }
    }

    /** Tells whether the connection goes on. */
    private boolean answer(ByteBuffer bytes, ByteBatch to) {
        for (Event event = parser.parse(bytes); event != Event.MORE; event = parser.parse(bytes)) {
            switch (event) {
                case CONTINUE -> to.append(HttpAnswers.CONTINUE);
                case REQUEST -> {
                    answers.append(parser.head(), to);
                    if (!parser.head().isKeptAlive()) {
                        return false;
                    }
                }
                default -> {
                    answers.appendRefusal(parser.status(), to);
                    return false;
                }
            }
        }
        return true;
    }
}
