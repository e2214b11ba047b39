package dev.weir.perf.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceiptTest {
    private final byte[] sent = stream(1, 7, 100);

    @Test
    void a_stream_is_received_wherever_it_is_cut() throws IOException {
        for (int first = 0; first <= sent.length; first++) {
            for (int second = first; second <= sent.length; second += 5) {
                Receipt receipt = receive(
                        Arrays.copyOf(sent, first),
                        Arrays.copyOfRange(sent, first, second),
                        Arrays.copyOfRange(sent, second, sent.length));
                assertThat(receipt.isEnded()).isTrue();
                assertThat(receipt.total()).isEqualTo(108);
                assertThat(receipt.digests()).isEqualTo(4);
            }
        }
    }

    @Test
    void any_single_flipped_bit_is_noticed() {
        for (int bit = 0; bit < 8 * sent.length; bit++) {
            byte[] damaged = sent.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isAccepted(damaged)).as("bit %d", bit).isFalse();
        }
    }

    @Test
    void bytes_after_the_end_are_refused() {
        byte[] more = Arrays.copyOf(sent, sent.length + 1);
        assertThatThrownBy(() -> receive(more)).isInstanceOf(IOException.class).hasMessageContaining("after the end");
    }

    @Test
    void a_frame_longer_than_a_chunk_is_refused_before_its_payload() {
        byte[] header = ByteBuffer.allocate(8).putInt(FileServer.CHUNK + 1).array();
        assertThatThrownBy(() -> receive(header))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("65537");
    }

    @Test
    void a_missing_end_is_noticed() throws IOException {
        assertThat(receive(Arrays.copyOf(sent, sent.length - 1)).isEnded()).isFalse();
    }

    @Test
    void an_empty_file_is_an_end_alone() throws IOException {
        Receipt receipt = receive(stream());
        assertThat(receipt.isEnded()).isTrue();
        assertThat(receipt.total()).isZero();
    }

    private static boolean isAccepted(byte[] bytes) {
        try {
            return receive(bytes).isEnded();
        } catch (IOException e) {
            return false;
        }
    }

    private static Receipt receive(byte[]... pieces) throws IOException {
        Receipt receipt = new Receipt();
        for (byte[] piece : pieces) {
            receipt.take(ByteBuffer.wrap(piece));
        }
        return receipt;
    }

    private static byte[] stream(int... lengths) {
        Random random = new Random(7);
        Frames frames = new Frames();
        ByteBuffer all = ByteBuffer.allocate(1000);
        for (int length : lengths) {
            byte[] chunk = new byte[Frames.HEADER + length];
            random.nextBytes(chunk);
            all.put(frames.seal(ByteBuffer.wrap(chunk)));
        }
        all.put(frames.end()).flip();
        return Arrays.copyOf(all.array(), all.limit());
    }
}
