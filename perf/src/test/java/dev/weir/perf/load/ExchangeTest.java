package dev.weir.perf.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.perf.load.Exchange.WrongAnswerException;
import dev.weir.perf.wire.StreamPattern;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ExchangeTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

    @Test
    void an_echo_is_complete_when_its_last_byte_is_back() throws Exception {
        EchoExchange echo = new EchoExchange(100, 3);
        for (int round = 0; round < 3; round++) {
            ByteBuffer answer = copy(echo.nextRequest());
            assertThat(echo.take(answer.slice(0, 99))).isZero();
            assertThat(echo.isAnswered()).isFalse();
            assertThat(echo.take(answer.slice(99, 1))).isEqualTo(1);
            assertThat(echo.isAnswered()).isTrue();
        }
    }

    @Test
    void any_wrong_byte_of_an_echo_is_noticed() {
        for (int i = 0; i < 100; i++) {
            EchoExchange echo = new EchoExchange(100, 3);
            ByteBuffer answer = copy(echo.nextRequest());
            answer.put(i, (byte) (answer.get(i) + 1));
            assertThatThrownBy(() -> echo.take(answer)).isInstanceOf(WrongAnswerException.class);
        }
    }

    @Test
    void the_echo_of_the_last_block_is_wrong_for_this_one() throws Exception {
        EchoExchange echo = new EchoExchange(8, 0);
        ByteBuffer old = copy(echo.nextRequest());
        echo.take(old.duplicate());
        echo.nextRequest();
        assertThatThrownBy(() -> echo.take(old)).isInstanceOf(WrongAnswerException.class);
    }

    @Test
    void http_answers_are_counted_wherever_they_are_cut() throws Exception {
        byte[] answers = ANSWER.repeat(3).getBytes(US_ASCII);
        for (int cut = 0; cut <= answers.length; cut++) {
            HttpExchange http = new HttpExchange(3, "/", "hello");
            http.nextRequest();
            int count = http.take(ByteBuffer.wrap(answers, 0, cut));
            count += http.take(ByteBuffer.wrap(answers, cut, answers.length - cut));
            assertThat(count).isEqualTo(3);
            assertThat(http.isAnswered()).isTrue();
        }
    }

    @Test
    void http_answers_that_are_wrong_are_noticed() {
        for (String wrong : new String[] {
            ANSWER + "x",
            ANSWER.replace("200", "503"),
            ANSWER.replace("hello", "hullo"),
            ANSWER.replace("5", "6"),
            "HTTP/1.1 200 OK\r\n\r\nhello",
            "x".repeat(20_000)
        }) {
            HttpExchange http = new HttpExchange(1, "/", "hello");
            http.nextRequest();
            assertThatThrownBy(() -> http.take(ByteBuffer.wrap(wrong.getBytes(US_ASCII))))
                    .isInstanceOf(WrongAnswerException.class);
        }
    }

    @Test
    void a_stream_is_compared_over_the_ends_of_chunks() throws Exception {
        StreamExchange stream = new StreamExchange(StreamPattern.chunks(2));
        ByteBuffer sent = StreamPattern.chunks(4);
        int chunks = 0;
        for (int at = 0; at < sent.capacity(); at += 1000) {
            chunks += stream.take(sent.slice(at, Math.min(1000, sent.capacity() - at)));
        }
        assertThat(chunks).isEqualTo(4);
        assertThatThrownBy(() -> stream.take(sent.slice(1, 10))).isInstanceOf(WrongAnswerException.class);
    }

    private static ByteBuffer copy(ByteBuffer bytes) {
        return ByteBuffer.allocate(bytes.remaining()).put(bytes.duplicate()).flip();
    }
}
