package dev.weir.io.tls;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/**
 * The first message of a client, of which a server needs one thing before it can choose an engine: the name. It may be
 * cut into several records, which are kept for the engine.
 */
final class ClientHello {
    /** Bytes of the message at most: what the JDK's engine admits as a rule. */
    static final int LONGEST = 32 * 1024;

    /** Records of it at most: far more than anybody needs, so that many tiny ones cost little. */
    static final int MOST_RECORDS = 256;

    private static final int HANDSHAKE = 22;
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    /** Of a message of the handshake: type, and length in three bytes. */
    private static final int HEADER = 4;

    private static final int UNKNOWN = -1;

    private final List<ByteBuffer> records = new ArrayList<>();
    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    /** Of the message with its header; 0 of what is no hello. */
    private int length = UNKNOWN;

    private boolean whole;

    /**
     * Takes the next record.
     *
     * @throws SSLHandshakeException if the hello is longer than {@link #LONGEST}, by its header, or has more records than
     *     {@link #MOST_RECORDS}
     */
    void add(ByteBuffer record) throws SSLHandshakeException {
        records.add(record);
        ByteBuffer payload = record.duplicate();
        payload.position(payload.position() + Inbound.HEADER);
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        message.write(bytes, 0, bytes.length);
        whole = Inbound.typeOf(record) != HANDSHAKE || isComplete();
        if (!whole && records.size() == MOST_RECORDS) {
            throw new SSLHandshakeException("a ClientHello is cut into more than " + MOST_RECORDS + " records");
        }
    }

    private boolean isComplete() throws SSLHandshakeException {
        if (length == UNKNOWN) { // afterwards the message is not copied again, however many records follow
            length = lengthOf(message.toByteArray());
        }
        return length != UNKNOWN && message.size() >= length;
    }

    private static int lengthOf(byte[] start) throws SSLHandshakeException {
        if (start.length > 0 && start[0] != CLIENT_HELLO) {
            return 0; // as a hello, which it is not, it is whole
        }
        if (start.length < HEADER) {
            return UNKNOWN;
        }
        int length = ByteBuffer.wrap(start).getInt() & 0xff_ffff;
        if (length > LONGEST) {
            throw new SSLHandshakeException(
                    "a ClientHello of " + length + " bytes, by its header, is longer than " + LONGEST);
        }
        return HEADER + length;
    }

    /** Tells whether no further record is needed: it is all there, or is none, about which the engine will complain. */
    boolean isWhole() {
        return whole;
    }

    /** Returns the records, in their order. */
    List<ByteBuffer> records() {
        return records;
    }

    /** Returns the name that the client asks for, in lower case; null if it asks for none, or if this is no hello. */
    @Nullable String serverName() {
        ByteBuffer hello = ByteBuffer.wrap(message.toByteArray());
        try {
            if (hello.get() != CLIENT_HELLO) {
                return null;
            }
            skip(hello, HEADER - 1 + VERSION_AND_RANDOM);
            skip(hello, Byte.toUnsignedInt(hello.get())); // the session's id
            skip(hello, Short.toUnsignedInt(hello.getShort())); // cipher suites
            skip(hello, Byte.toUnsignedInt(hello.get())); // compression
            ByteBuffer extensions = part(hello);
            while (extensions.hasRemaining()) {
                int type = Short.toUnsignedInt(extensions.getShort());
                ByteBuffer extension = part(extensions);
                if (type == SERVER_NAME) {
                    return hostName(part(extension));
                }
            }
            return null;
        } catch (BufferUnderflowException | IllegalArgumentException cutShort) {
            return null;
        }
    }

    private static @Nullable String hostName(ByteBuffer names) {
        while (names.hasRemaining()) {
            int type = names.get();
            ByteBuffer name = part(names);
            if (type == HOST_NAME) {
                return StandardCharsets.US_ASCII.decode(name).toString().toLowerCase(Locale.ROOT);
            }
        }
        return null;
    }

    /** Takes what follows, of the length that precedes it. */
    private static ByteBuffer part(ByteBuffer from) {
        int length = Short.toUnsignedInt(from.getShort());
        ByteBuffer part = from.duplicate().limit(from.position() + length);
        skip(from, length);
        return part;
    }

    private static void skip(ByteBuffer from, int bytes) {
        from.position(from.position() + bytes);
    }
}
