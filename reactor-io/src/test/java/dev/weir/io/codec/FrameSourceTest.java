package dev.weir.io.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weir.testkit.PollProbe;
import dev.weir.testkit.ScriptedSource;
import dev.weir.testkit.SourceLaws;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.InvalidMarkException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class FrameSourceTest {
    private static final int ROUNDS = Boolean.getBoolean("weir.long") ? 3000 : 300;
    private static final int MAX = 300;
    private static final byte[] DELIMITER = {'a', 'b', 'a'};

    private static ByteBuffer utf8(String text) {
        return StandardCharsets.UTF_8.encode(text);
    }

    /** Every format, with an encoder to match and frames that it can say. */
    @SuppressWarnings("ImmutableEnumChecker") // lambdas that hold nothing
    enum Format {
        LINES(
                () -> new LineDecoder(MAX, CodingErrorAction.REPORT),
                new LineEncoder(),
                random -> random.ints(random.nextInt(70), 0, 0x2ff)
                        .filter(c -> c != '\n' && c != '\r')
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString()),
        JSON_LINES(
                () -> new JsonLineDecoder(MAX),
                new JsonLineEncoder(),
                random -> "{\"a\":[" + random.nextInt() + ",\"]}\\\"" + "x".repeat(random.nextInt(100)) + "\"]}"),
        LENGTH(() -> new LengthDecoder(lengths(4)), new LengthEncoder(lengths(4)), Format::payload),
        LENGTH_3_LITTLE_ENDIAN(
                () -> new LengthDecoder(lengths(3).withOrder(ByteOrder.LITTLE_ENDIAN)),
                new LengthEncoder(lengths(3).withOrder(ByteOrder.LITTLE_ENDIAN)),
                Format::payload),
        LENGTH_THAT_COUNTS_ITSELF(
                () -> new LengthDecoder(lengths(2).withAdjustment(-2)),
                new LengthEncoder(lengths(2).withAdjustment(-2)),
                Format::payload),
        LENGTH_8(() -> new LengthDecoder(lengths(8)), new LengthEncoder(lengths(8)), Format::payload),
        DELIMITER_3(
                () -> new DelimiterDecoder(DELIMITER, MAX),
                new DelimiterEncoder(DELIMITER),
                random -> ByteBuffer.wrap("abc".repeat(random.nextInt(50)).getBytes(StandardCharsets.US_ASCII)));

        final Supplier<? extends FrameDecoder<?>> decoder;
        final FrameEncoder<Object> encoder;
        final Function<Random, ?> frame;

        @SuppressWarnings("unchecked") // frame and encoder of one constant match
        <T> Format(Supplier<? extends FrameDecoder<T>> decoder, FrameEncoder<T> encoder, Function<Random, T> frame) {
            this.decoder = decoder;
            this.encoder = (FrameEncoder<Object>) encoder;
            this.frame = frame;
        }

        private static LengthFormat lengths(int header) {
            return LengthFormat.DEFAULT.withHeaderSize(header).withMaxPayload(MAX);
        }

        private static ByteBuffer payload(Random random) {
            byte[] bytes = new byte[random.nextInt(MAX + 1)];
            random.nextBytes(bytes);
            return ByteBuffer.wrap(bytes);
        }
    }

    @ParameterizedTest
    @EnumSource
    void frames_are_the_same_however_the_bytes_are_cut(Format format) throws Exception {
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            List<Object> frames = new ArrayList<>();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream();
            for (int i = random.nextInt(20); i > 0; i--) {
                Object frame = format.frame.apply(random);
                ByteBuffer encoded = format.encoder.encode(frame);
                bytes.write(encoded.array(), encoded.arrayOffset(), encoded.remaining());
                frames.add(frame);
            }
            Chunks chunks = new Chunks(bytes.toByteArray(), seed, 1 + random.nextInt(2 * MAX));
            SourceLaws<Object> source = SourceLaws.check(FrameSource.of(chunks, decoderOf(format)));
            assertThat(Chunks.all(source)).as("seed %s", seed).isEqualTo(frames);
            source.close();
            source.assertClosed();
        }
    }

    @SuppressWarnings("unchecked") // to Object
    private static FrameDecoder<Object> decoderOf(Format format) {
        return (FrameDecoder<Object>) format.decoder.get();
    }

    /** Random bytes, mostly from the alphabet of the formats, so that they get past the first look. */
    @ParameterizedTest
    @EnumSource
    void random_bytes_never_hang_never_hold_more_than_the_bound_and_fail_in_one_way(Format format) throws Exception {
        int failed = 0;
        for (int seed = 0; seed < ROUNDS; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(5000)];
            byte[] alphabet = "{}[]\"\\ab1\n\r\0\0\0\1\7\u00ff".getBytes(StandardCharsets.UTF_8);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] =
                        random.nextInt(20) == 0 ? (byte) random.nextInt() : alphabet[random.nextInt(alphabet.length)];
            }
            int longest = 1 + random.nextInt(700);
            FrameSource<Object> source = FrameSource.of(new Chunks(bytes, seed, longest), decoderOf(format));
            PollProbe probe = PollProbe.withBudget(1 + random.nextInt(3));
            int bound = decoderOf(format).maxBytes() + longest;
            try {
                for (int polls = 0; !source.isDone(); polls++) {
                    probe.poll(source);
                    assertThat(source.held()).as("seed %s", seed).isLessThanOrEqualTo(bound);
                    assertThat(polls).as("polls of seed %s", seed).isLessThan(60_000);
                }
            } catch (IOException expected) {
                failed++;
                assertThat(source.isDone()).isTrue();
            }
        }
        assertThat(failed).as("seeds that fail").isBetween(ROUNDS / 4, ROUNDS);
    }

    /** Its frames end with a line feed; counts the bytes that came again from elsewhere: those have lost the mark. */
    private static final class CopyCounter implements FrameDecoder<Integer> {
        private int left;
        long copied;

        @Override
        public @Nullable Integer decode(ByteBuffer bytes) {
            int start = bytes.position();
            try {
                bytes.reset().position(start);
            } catch (InvalidMarkException e) {
                copied += left;
            }
            bytes.mark();
            left = bytes.remaining();
            if (bytes.get(bytes.limit() - 1) != '\n') {
                return null;
            }
            bytes.position(bytes.limit());
            int length = left;
            left = 0;
            return length;
        }

        @Override
        public int maxBytes() {
            return 1 << 20;
        }
    }

    @Test
    void a_long_frame_in_short_chunks_is_copied_twice_at_most() throws Exception {
        byte[] bytes = "x".repeat((1 << 18) - 1).concat("\n").getBytes(StandardCharsets.US_ASCII);
        CopyCounter decoder = new CopyCounter();
        FrameSource<Integer> frames = FrameSource.of(new Chunks(bytes, 1, 1), decoder);
        PollProbe probe = PollProbe.create();
        Integer length = null;
        while (length == null && !frames.isDone()) {
            length = probe.poll(frames);
        }
        assertThat(length).isEqualTo(bytes.length);
        assertThat(decoder.copied).isBetween(1L, 2L * bytes.length);
    }

    @Test
    void decoding_stops_when_demand_stops() throws Exception {
        ScriptedSource<ByteBuffer> bytes = ScriptedSource.of(utf8("one\ntwo\nthr"), utf8("ee\nfour\n"), utf8("five\n"));
        FrameSource<String> lines = FrameSource.of(bytes, new LineDecoder());
        PollProbe probe = PollProbe.create();
        assertThat(probe.poll(lines)).isEqualTo("one");
        assertThat(probe.poll(lines)).isEqualTo("two");
        assertThat(bytes.polls())
                .as("the second chunk is not asked for before it is needed")
                .isEqualTo(1);
        assertThat(probe.poll(lines)).isEqualTo("three");
        assertThat(bytes.polls()).isEqualTo(2);
        assertThat(lines.held()).isEqualTo(5);
        lines.close();
        assertThat(bytes.closes()).isEqualTo(1);
    }

    @Test
    void frames_of_one_chunk_are_paid_for_one_by_one() throws Exception {
        FrameSource<String> lines = FrameSource.of(ScriptedSource.of(utf8("1\n2\n3\n4\n5\n")), new LineDecoder());
        PollProbe probe = PollProbe.withBudget(3);
        var cx = probe.turn();
        int frames = 0;
        while (lines.poll(cx) != null) {
            frames++;
        }
        assertThat(frames).isLessThan(5);
        assertThat(probe.isWoken()).isTrue();
    }

    @Test
    void an_end_within_a_frame_is_an_error_and_whole_frames_come_first() throws Exception {
        byte[] cut = {0, 0, 0, 1, 'x', 0, 0, 0, 9, 'y'};
        FrameSource<ByteBuffer> frames = FrameSource.of(new Chunks(cut, 1, 100), new LengthDecoder());
        PollProbe probe = PollProbe.create();
        ByteBuffer first = null;
        while (first == null) {
            first = probe.poll(frames);
        }
        assertThat(first).isEqualTo(utf8("x"));
        assertThat(frames.isDone()).isFalse();
        assertThatThrownBy(() -> {
                    while (!frames.isDone()) {
                        probe.poll(frames);
                    }
                })
                .isInstanceOf(EOFException.class)
                .hasMessageContaining("5 bytes");
        assertThat(frames.isDone()).isTrue();
    }

    @Test
    void a_failure_of_the_bytes_comes_after_the_frames_that_were_whole() throws Exception {
        ScriptedSource<ByteBuffer> bytes = ScriptedSource.of(utf8("one\ntwo\n")).fail(new IOException("reset"));
        FrameSource<String> lines = FrameSource.of(bytes, new LineDecoder());
        PollProbe probe = PollProbe.create();
        assertThat(probe.poll(lines)).isEqualTo("one");
        assertThat(lines.isDone()).isFalse();
        assertThat(probe.poll(lines)).isEqualTo("two");
        assertThat(lines.isDone()).isTrue();
        assertThatThrownBy(() -> probe.poll(lines)).hasMessage("reset");
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 7, 64, 1000})
    void a_line_of_the_greatest_length_passes_and_one_more_byte_does_not(int chunk) throws Exception {
        for (String end : new String[] {"\n", "\r\n"}) {
            byte[] fits = ("x".repeat(64) + end + "y" + end).getBytes(StandardCharsets.UTF_8);
            assertThat(Chunks.all(FrameSource.of(new Chunks(fits, 1, chunk), lines64())))
                    .containsExactly("x".repeat(64), "y");
            byte[] tooLong = ("x".repeat(65) + end).getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> Chunks.all(FrameSource.of(new Chunks(tooLong, 1, chunk), lines64())))
                    .isInstanceOf(FrameTooLongException.class)
                    .hasMessage("a line has more than 64 bytes");
        }
    }

    private static LineDecoder lines64() {
        return new LineDecoder(64, CodingErrorAction.REPORT);
    }

    @Test
    void an_endless_line_is_not_read_to_its_end() {
        Chunks endless = new Chunks(new byte[1 << 20], 1, 1000);
        assertThatThrownBy(() -> Chunks.all(FrameSource.of(endless, lines64())))
                .isInstanceOf(FrameTooLongException.class);
        assertThat(endless.given()).isLessThanOrEqualTo(64 + 2 + 1000);
    }

    @Test
    void lines_end_as_people_end_them_and_the_last_need_not() throws Exception {
        byte[] bytes = "a\r\n\r\n\nb\rc\nlast".getBytes(StandardCharsets.UTF_8);
        assertThat(Chunks.all(FrameSource.of(new Chunks(bytes, 3, 2), new LineDecoder())))
                .containsExactly("a", "", "", "b\rc", "last");
    }

    @Test
    void malformed_bytes_are_an_error_or_replaced_as_was_asked() throws Exception {
        byte[] bytes = {'a', (byte) 0xff, 'b', '\n'};
        assertThatThrownBy(() -> Chunks.all(FrameSource.of(new Chunks(bytes, 1, 9), new LineDecoder())))
                .isInstanceOf(java.nio.charset.CharacterCodingException.class);
        assertThat(Chunks.all(FrameSource.of(new Chunks(bytes, 1, 9), new LineDecoder(10, CodingErrorAction.REPLACE))))
                .containsExactly("a\ufffdb");
        assertThat(Chunks.all(FrameSource.of(new Chunks(bytes, 1, 9), new LineDecoder(10, CodingErrorAction.IGNORE))))
                .containsExactly("ab");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{", "}", "[1", "{}{}", "{} {}", "1 2", "1{}", "x", "\"a", "\"a\\\"", "\"\t\"", "\"a\"b", ",", "[]]"
            })
    void a_line_that_is_not_one_json_text_is_an_error(String line) {
        byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
        assertThatThrownBy(() -> Chunks.all(FrameSource.of(new Chunks(bytes, 1, 9), new JsonLineDecoder())))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("a JSON text ");
        assertThatThrownBy(() -> new JsonLineEncoder().encode(line)).isInstanceOf(IOException.class);
    }

    @Test
    void json_texts_of_every_kind_pass_and_empty_lines_are_passed_over() throws Exception {
        List<String> texts =
                List.of("{}", "[1,{\"a\":\"}\"}]", "\"x\\\\\"", " 1.5e3 ", "true", "null", "{\"\\u0000\": []}");
        byte[] bytes = ("\n" + String.join("\n \n", texts)).getBytes(StandardCharsets.UTF_8);
        assertThat(Chunks.all(FrameSource.of(new Chunks(bytes, 5, 4), new JsonLineDecoder())))
                .isEqualTo(texts);
    }

    @Test
    void a_length_out_of_bounds_is_known_by_its_header() {
        byte[] huge = {0x7f, -1, -1, -1};
        assertThatThrownBy(() -> Chunks.all(FrameSource.of(new Chunks(huge, 1, 9), new LengthDecoder())))
                .isInstanceOf(FrameTooLongException.class)
                .hasMessageContaining("2147483647")
                .hasMessageContaining("8388608");
        byte[] negative = {-1, -1, -1, -1, -1, -1, -1, -1};
        assertThatThrownBy(() -> Chunks.all(FrameSource.of(
                        new Chunks(negative, 1, 9), new LengthDecoder(LengthFormat.DEFAULT.withHeaderSize(8)))))
                .isInstanceOf(FrameTooLongException.class);
        byte[] one = {1};
        assertThatThrownBy(() -> Chunks.all(FrameSource.of(
                        new Chunks(one, 1, 9),
                        new LengthDecoder(LengthFormat.DEFAULT.withHeaderSize(1).withAdjustment(-2)))))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("negative");
    }

    @Test
    void a_carriage_return_within_a_line_comes_back() throws IOException {
        String line = "\ra\r\rb";
        assertThat(new LineDecoder().decode(new LineEncoder().encode(line))).isEqualTo(line);
    }

    @Test
    void encoders_refuse_what_their_decoders_would_misread() {
        assertThatThrownBy(() -> new LineEncoder().encode("a\nb")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new LineEncoder().encode("ab\r"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("carriage return")
                .hasMessageContaining("2");
        assertThatThrownBy(() -> new LineEncoder().encode("\r")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new DelimiterEncoder(DELIMITER).encode(utf8("xabay")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> new DelimiterEncoder(DELIMITER).encode(utf8("xab"))) // with "aba" behind it
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() ->
                        new LengthEncoder(LengthFormat.DEFAULT.withHeaderSize(1)).encode(ByteBuffer.allocate(256)))
                .isInstanceOf(FrameTooLongException.class);
    }

    @Test
    void what_is_gathered_is_doubled_up_to_what_may_be_held_and_never_overflows() throws IOException {
        int largest = FrameSource.LARGEST;
        int gib = 1 << 30;
        assertThat(FrameSource.capacity(100, 10, 1000)).isEqualTo(220);
        assertThat(FrameSource.capacity(990, 10, 1000)).isEqualTo(1010);
        assertThat(FrameSource.capacity(gib - 10, 100, gib)).isEqualTo(gib + 100);
        assertThat(FrameSource.capacity(gib, 100, Integer.MAX_VALUE)).isEqualTo(largest);
        assertThat(FrameSource.capacity(100, 100, Integer.MAX_VALUE)).isEqualTo(400);
        assertThat(FrameSource.capacity(largest - 100, 100, Integer.MAX_VALUE)).isEqualTo(largest);
        assertThatThrownBy(() -> FrameSource.capacity(largest - 100, 101, Integer.MAX_VALUE))
                .isInstanceOf(FrameTooLongException.class)
                .hasMessageContaining(String.valueOf(largest + 1L));
        assertThat(new DelimiterDecoder(new byte[2], gib).maxBytes()).isEqualTo(gib + 2);
    }
}
