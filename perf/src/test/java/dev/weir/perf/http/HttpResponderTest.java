package dev.weir.perf.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.perf.Polling;
import dev.weir.task.Context;
import dev.weir.task.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class HttpResponderTest {
    private static final String GET = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
    private static final String OK = String.join(
            "\r\n",
            "HTTP/1.1 200 OK",
            "Server: perf",
            "Content-Type: text/plain",
            "Content-Length: 13",
            "Date: Fri, 02 Jan 2026 03:04:05 GMT",
            "");
    private static final String HELLO = "\r\nHello, World!";

    private final HttpAnswers answers = new HttpAnswers(() -> Instant.parse("2026-01-02T03:04:05.678Z"));
    private final Feed feed = new Feed();
    private final HttpResponder responder = new HttpResponder(feed, answers);
    private final Context cx = Polling.context();

    @Test
    void the_answers_to_one_read_leave_in_one_buffer() throws Exception {
        feed.add(GET + GET + GET.substring(0, 9));
        assertThat(next()).isEqualTo((OK + HELLO).repeat(2));
        assertThat(responder.poll(cx)).isNull();
        assertThat(responder.isDone()).isFalse();
        feed.add(GET.substring(9));
        assertThat(next()).isEqualTo(OK + HELLO);
    }

    @Test
    void every_cut_of_a_pipeline_gets_the_same_answers() throws Exception {
        String pipeline = GET + "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
                + GET.substring(0, 9) + "HEAD / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n" + "GET / HTTP/1.0\r\n\r\n"
                + GET;
        String expected = OK + HELLO + "HTTP/1.1 100 Continue\r\n\r\n" + OK + HELLO + OK
                + "Connection: keep-alive\r\n\r\n" + OK + "Connection: close\r\n" + HELLO;
        for (int cut = 0; cut <= pipeline.length(); cut++) {
            Feed pieces = new Feed();
            pieces.add(pipeline.substring(0, cut));
            pieces.add(pipeline.substring(cut));
            assertThat(allOf(new HttpResponder(pieces, answers)))
                    .as("cut at %d", cut)
                    .isEqualTo(expected);
        }
    }

    @Test
    void nothing_is_read_before_the_answers_to_the_last_read_were_taken() throws Exception {
        HttpResponder small = new HttpResponder(feed, answers, 1);
        feed.add(GET.repeat(3));
        feed.add(GET);
        for (int i = 0; i < 3; i++) {
            assertThat(string(small.poll(cx))).isEqualTo(OK + HELLO);
            assertThat(feed.reads).isEqualTo(1);
        }
        assertThat(string(small.poll(cx))).isEqualTo(OK + HELLO);
        assertThat(feed.reads).isEqualTo(2);
    }

    @Test
    void a_buffer_of_answers_is_bounded_however_many_requests_came() throws Exception {
        feed.add(GET.repeat(20_000));
        int total = 0;
        for (ByteBuffer next = responder.poll(cx); next != null; next = responder.poll(cx)) {
            assertThat(next.remaining()).isLessThan(HttpResponder.BATCH + 200);
            total += next.remaining();
        }
        assertThat(total).isEqualTo(20_000 * (OK + HELLO).length());
    }

    @Test
    void it_is_done_after_the_answer_that_closes() throws Exception {
        feed.add("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n" + GET);
        assertThat(next()).isEqualTo(OK + "Connection: close\r\n" + HELLO);
        assertThat(responder.isDone()).isTrue();
        assertThat(responder.poll(cx)).isNull();
    }

    @Test
    void garbage_is_answered_after_the_requests_before_it() throws Exception {
        feed.add(GET + "\0\0\0");
        assertThat(next())
                .startsWith(OK + HELLO + "HTTP/1.1 400 Bad Request\r\n")
                .contains("\r\nContent-Length: 12\r\n")
                .endsWith("\r\nConnection: close\r\n\r\nBad Request\n");
        assertThat(responder.isDone()).isTrue();
    }

    @Test
    void a_head_of_more_than_16_KiB_is_answered_431() throws Exception {
        feed.add("GET / HTTP/1.1\r\nX: " + "x".repeat(16 * 1024));
        assertThat(next()).startsWith("HTTP/1.1 431 ");
        assertThat(responder.isDone()).isTrue();
    }

    @Test
    void the_end_of_the_client_is_the_end_even_within_a_request() throws Exception {
        feed.add(GET.substring(0, 9));
        feed.end();
        assertThat(responder.poll(cx)).isNull();
        assertThat(responder.isDone()).isTrue();
    }

    @Test
    void a_failure_of_the_client_passes_through_and_closing_reaches_it() {
        feed.failure = new IOException("reset");
        assertThatThrownBy(() -> responder.poll(cx)).isSameAs(feed.failure);
        responder.close();
        assertThat(feed.closed).isTrue();
    }

    @Test
    void a_request_in_endless_pieces_yields_to_others() throws Exception {
        for (int i = 0; i < 1000; i++) {
            feed.add("\r\n");
        }
        assertThat(responder.poll(cx)).isNull();
        assertThat(feed.reads).isLessThan(1000);
        assertThat(cx.budget().isExhausted()).isTrue();
    }

    private @Nullable String next() throws Exception {
        return string(responder.poll(cx));
    }

    private static String allOf(Source<ByteBuffer> source) throws Exception {
        Context cx = Polling.context();
        StringBuilder all = new StringBuilder();
        for (ByteBuffer next = source.poll(cx); next != null; next = source.poll(cx)) {
            all.append(string(next));
        }
        return all.toString();
    }

    private static @Nullable String string(@Nullable ByteBuffer bytes) {
        return bytes == null ? null : ISO_8859_1.decode(bytes).toString();
    }

    private static final class Feed implements Source<ByteBuffer> {
        private final Queue<ByteBuffer> pieces = new ArrayDeque<>();
        private boolean ended;
        private boolean closed;
        private int reads;
        private @Nullable IOException failure;

        void add(String piece) {
            pieces.add(ByteBuffer.wrap(piece.getBytes(ISO_8859_1)));
        }

        void end() {
            ended = true;
        }

        @Override
        public @Nullable ByteBuffer poll(Context cx) throws IOException {
            if (failure != null) {
                throw failure;
            }
            ByteBuffer piece = pieces.poll();
            reads += piece == null ? 0 : 1;
            return piece;
        }

        @Override
        public boolean isDone() {
            return ended && pieces.isEmpty();
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
