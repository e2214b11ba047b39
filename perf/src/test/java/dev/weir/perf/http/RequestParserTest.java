package dev.weir.perf.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weir.perf.http.RequestParser.Event;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestParserTest {
    private static final String PIPELINE = "\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
            + "POST /x?y=z HTTP/1.1\r\nhost:a\r\nContent-Length: 5\r\n\r\n\r\n\r\n!"
            + "PUT /p HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\nContent-Length: 3\r\n\r\nabc"
            + "HEAD / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n"
            + "GET /e HTTP/1.1\r\nHost: a\r\nX-Long: \t" + "v".repeat(300) + " \t\r\nContent-Length: 0\r\n\r\n"
            + "GET /last HTTP/1.1\r\nHost: a\r\nConnection: te , close\r\n\r\n";

    private static final List<String> PIPELINE_EVENTS = List.of(
            "REQUEST kept",
            "REQUEST kept",
            "CONTINUE",
            "REQUEST kept",
            "REQUEST kept head old",
            "REQUEST kept",
            "REQUEST");

    @Test
    void a_pipeline_is_the_same_in_one_piece() {
        assertThat(eventsOf(new RequestParser(), PIPELINE)).isEqualTo(PIPELINE_EVENTS);
    }

    @Test
    void a_pipeline_is_the_same_wherever_it_is_cut_once() {
        for (int cut = 0; cut <= PIPELINE.length(); cut++) {
            assertThat(eventsOf(new RequestParser(), PIPELINE.substring(0, cut), PIPELINE.substring(cut)))
                    .as("cut at %d", cut)
                    .isEqualTo(PIPELINE_EVENTS);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 7, 64})
    void a_pipeline_is_the_same_in_pieces_of_one_size(int size) {
        assertThat(eventsOf(new RequestParser(), pieces(PIPELINE, size))).isEqualTo(PIPELINE_EVENTS);
    }

    @Test
    void events_depend_on_the_bytes_alone_also_when_they_are_damaged() {
        Random random = new Random(20260117);
        for (int round = 0; round < 20_000; round++) {
            StringBuilder text = new StringBuilder(PIPELINE);
            for (int damage = random.nextInt(4); damage > 0; damage--) {
                int at = random.nextInt(text.length());
                switch (random.nextInt(3)) {
                    case 0 -> text.setCharAt(at, (char) random.nextInt(256));
                    case 1 -> text.deleteCharAt(at);
                    default -> text.insert(at, "\r\n: ,/1".charAt(random.nextInt(7)));
                }
            }
            String damaged = text.toString();
            int first = random.nextInt(damaged.length() + 1);
            int second = first + random.nextInt(damaged.length() - first + 1);
            assertThat(eventsOf(
                            new RequestParser(),
                            damaged.substring(0, first),
                            damaged.substring(first, second),
                            damaged.substring(second)))
                    .as("round %d", round)
                    .isEqualTo(eventsOf(new RequestParser(), damaged));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\0",
                "\n",
                "GET\t",
                "\r\r",
                "GÉ",
                "\u007f",
                "/ GET HTTP/1.1\r\n",
                "GET /\r\n",
                "GET  HTTP/1.1\r\n",
                "GET / \r\n",
                "GET / HTTP/1.1 \r\n",
                "GET /a b HTTP/1.1\r\n",
                " GET / HTTP/1.1\r\n",
                "HTTP/1.1\r\n",
                "GET / http/1.1\r\n",
                "GET / HTTP/1,1\r\n",
                "GET / HTTP/11\r\n",
                "GET / HTTP/x.1\r\n",
                "x\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\n",
                "GET / HTTP/1.1\r\nHost : a\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\n folded\r\n",
                "GET / HTTP/1.1\r\n: a\r\n",
                "GET / HTTP/1.1\r\nHost\r\n",
                "GET / HTTP/1.1\r\nHost: \0",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.0\r\nHost: a\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: \r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1,1\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 9999999999999999999\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 1\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n",
            })
    void what_is_no_request_is_rejected_as_soon_as_that_is_certain(String text) {
        RequestParser parser = new RequestParser();
        assertThat(eventsOf(parser, text.substring(0, text.length() - 1))).isEmpty();
        assertThat(eventsOf(parser, text.substring(text.length() - 1))).containsExactly("REJECTED 400");
    }

    @Test
    void what_is_not_served_is_told_apart() {
        assertThat(eventsOf(new RequestParser(), "GET / HTTP/2.0\r\n")).containsExactly("REJECTED 505");
        assertThat(eventsOf(new RequestParser(), "GET / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n"))
                .containsExactly("REJECTED 417");
        assertThat(eventsOf(new RequestParser(), "GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"))
                .containsExactly("REJECTED 501");
    }

    @Test
    void a_later_minor_version_is_taken_for_1_1() {
        assertThat(eventsOf(new RequestParser(), "GET / HTTP/1.7\r\nHost: a\r\n\r\n"))
                .containsExactly("REQUEST kept");
    }

    @Test
    void a_rejection_is_final() {
        RequestParser parser = new RequestParser();
        assertThat(eventsOf(parser, "\0")).containsExactly("REJECTED 400");
        assertThat(eventsOf(parser, PIPELINE)).containsExactly("REJECTED 400");
    }

    @Test
    void a_head_may_have_16_KiB_and_not_a_byte_more() {
        String start = "GET / HTTP/1.1\r\nHost: a\r\nX: ";
        String fits = start + "v".repeat(RequestParser.MAX_HEAD - start.length() - 4) + "\r\n\r\n";
        assertThat(fits).hasSize(16 * 1024);
        assertThat(eventsOf(new RequestParser(), fits + fits)).containsExactly("REQUEST kept", "REQUEST kept");

        String tooLong = start + "v".repeat(RequestParser.MAX_HEAD - start.length() - 3) + "\r\n\r\n";
        assertThat(eventsOf(new RequestParser(), tooLong)).containsExactly("REJECTED 431");
        assertThat(eventsOf(new RequestParser(), "G".repeat(16 * 1024))).isEmpty();
        assertThat(eventsOf(new RequestParser(), "G".repeat(16 * 1024 + 1))).containsExactly("REJECTED 431");
    }

    @Test
    void empty_lines_for_ever_are_too_long_a_head() {
        assertThat(eventsOf(new RequestParser(), "\r\n".repeat(8 * 1024))).isEmpty();
        assertThat(eventsOf(new RequestParser(), "\r\n".repeat(8 * 1024 + 1))).containsExactly("REJECTED 431");
    }

    @Test
    void a_body_may_be_longer_than_any_buffer() {
        RequestParser parser = new RequestParser();
        assertThat(eventsOf(parser, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"))
                .isEmpty();
        for (int i = 0; i < 999; i++) {
            assertThat(eventsOf(parser, "\0".repeat(1000))).isEmpty();
        }
        assertThat(eventsOf(parser, "\0".repeat(1000) + "GET / HTTP/1.1\r\nHost: a\r\n\r\n"))
                .containsExactly("REQUEST kept", "REQUEST kept");
    }

    private static List<String> eventsOf(RequestParser parser, String... pieces) {
        List<String> events = new ArrayList<>();
        for (String piece : pieces) {
            ByteBuffer bytes = ByteBuffer.wrap(piece.getBytes(ISO_8859_1));
            Event event = parser.parse(bytes);
            while (event != Event.MORE) {
                events.add(describe(event, parser));
                if (event == Event.REJECTED) {
                    return events;
                }
                event = parser.parse(bytes);
            }
            assertThat(bytes.hasRemaining()).isFalse();
        }
        return events;
    }

    private static String describe(Event event, RequestParser parser) {
        return switch (event) {
            case REJECTED -> "REJECTED " + parser.status();
            case REQUEST ->
                "REQUEST"
                        + (parser.head().isKeptAlive() ? " kept" : "")
                        + (parser.head().isOfHead() ? " head" : "")
                        + (parser.head().isOld() ? " old" : "");
            default -> event.toString();
        };
    }

    private static String[] pieces(String text, int size) {
        return text.split("(?<=\\G(?s:.){" + size + "})", -1);
    }
}
