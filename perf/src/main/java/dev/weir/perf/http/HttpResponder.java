package dev.weir.perf.http;

import dev.weir.perf.http.RequestParser.Event;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Turns the bytes of a client into the bytes of the answers. The answers to what came in one read leave in one buffer,
 * so that they can be written at once.
 *
 * <p>Nothing is read before the answers to what was read last have been taken, and a buffer ends with the answer that
 * fills it. So a client that sends and does not read has at most one buffer of answers waiting here, however many
 * requests it pipelines. The sequence is done after the answer that closes the connection, though the client may go on
 * sending.
 */
public final class HttpResponder implements Source<ByteBuffer> {
    /** A buffer that holds so many bytes takes no further answer. */
    public static final int BATCH = 16 * 1024;

    private static final int ONE_ANSWER = 160;

    private final Source<ByteBuffer> requests;
    private final HttpAnswers answers;
    private final int batch;
    private final RequestParser parser = new RequestParser();
    private @Nullable ByteBuffer input;
    private boolean finished;

    /**
     * Creates a responder that owns the source.
     *
     * @param requests what the client sends
     * @param answers what it gets
     */
    public HttpResponder(Source<ByteBuffer> requests, HttpAnswers answers) {
        this(requests, answers, BATCH);
    }

    HttpResponder(Source<ByteBuffer> requests, HttpAnswers answers, int batch) {
        if (batch < 1) {
            throw new IllegalArgumentException("batch must be at least 1, was " + batch);
        }
        this.requests = Objects.requireNonNull(requests, "requests");
        this.answers = Objects.requireNonNull(answers, "answers");
        this.batch = batch;
    }

    @Override
    public @Nullable ByteBuffer poll(Context cx) throws Exception {
        while (!finished) {
            if (input == null) {
                input = requests.poll(cx);
                if (input == null) {
                    return null;
                }
            }
            ByteBuffer output = answer(input);
            if (!input.hasRemaining()) {
                input = null;
            }
            if (output != null) {
                return output;
            }
            if (!cx.charge()) {
                return null;
            }
        }
        return null;
    }

    private @Nullable ByteBuffer answer(ByteBuffer bytes) {
        ByteBatch output = null;
        while (!finished && (output == null || output.length() < batch)) {
            Event event = parser.parse(bytes);
            if (event == Event.MORE) {
                break;
            }
            if (output == null) {
                output = new ByteBatch(ONE_ANSWER);
            }
            append(event, output);
        }
        return output == null ? null : output.toBuffer();
    }

    private void append(Event event, ByteBatch output) {
        switch (event) {
            case CONTINUE -> output.append(HttpAnswers.CONTINUE);
            case REQUEST -> {
                answers.append(parser.head(), output);
                finished = !parser.head().isKeptAlive();
            }
            case REJECTED -> {
                answers.appendRefusal(parser.status(), output);
                finished = true;
            }
            case MORE -> throw new AssertionError("nothing to append");
        }
    }

    @Override
    public boolean isDone() {
        return finished || (input == null && requests.isDone());
    }

    @Override
    public void close() {
        requests.close();
    }
}
