package dev.weir.io.tls;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The first record of a client, of which a server needs one thing before it can choose an engine: the name. */
final class ClientHello {
    private static final int CLIENT_HELLO = 1;
    private static final int SERVER_NAME = 0;
    private static final int HOST_NAME = 0;
    private static final int VERSION_AND_RANDOM = 2 + 32;
    private static final int LENGTH_OF_HELLO = 3;

    private ClientHello() {}

    /**
     * Returns the name that the client asks for, in lower case; null if it asks for none, or if this is no hello, about
     * which the engine will complain. A hello that does not fit into one record has no name here.
     */
    static @Nullable String serverName(ByteBuffer record) {
        ByteBuffer hello = record.duplicate();
        try {
            hello.position(hello.position() + Inbound.HEADER);
            if (hello.get() != CLIENT_HELLO) {
                return null;
            }
            skip(hello, LENGTH_OF_HELLO + VERSION_AND_RANDOM);
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
