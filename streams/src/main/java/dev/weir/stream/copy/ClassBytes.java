package dev.weir.stream.copy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * The bytes of a class, changed in two places: instance fields are not final any more, and there is a private
 * constructor without arguments that leaves them alone. Everything the constructor names is in the constant pool
 * already, as every class whose parent is {@link Object} calls that one's constructor.
 */
final class ClassBytes {
    private static final int STATIC = 0x0008;
    private static final int FINAL = 0x0010;
    private static final int PRIVATE = 0x0002;
    private static final int UTF8 = 1;
    private static final int METHOD = 10;

    private final byte[] bytes;
    private final ByteBuffer in;
    /** Where the constants begin, by their index. */
    private final int[] constants;

    private ClassBytes(byte[] bytes) {
        this.bytes = bytes;
        this.in = ByteBuffer.wrap(bytes).position(8);
        this.constants = new int[unsigned()];
        for (int index = 1; index < constants.length; index++) {
            constants[index] = in.position();
            int tag = in.get();
            switch (tag) {
                case UTF8 -> skip(unsigned());
                case 3, 4, 9, METHOD, 11, 12, 17, 18 -> skip(4);
                case 5, 6 -> {
                    skip(8);
                    index++; // a long or a double counts twice
                }
                case 7, 8, 16, 19, 20 -> skip(2);
                case 15 -> skip(3);
                default -> throw new IllegalStateException("unknown constant " + tag);
            }
        }
    }

    /** Returns the changed bytes of a class whose parent is {@link Object}. */
    static byte[] of(Class<?> type) throws IOException {
        String name = type.getName();
        try (InputStream file = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1) + ".class")) {
            if (file == null) {
                throw new IOException("no bytes of " + name);
            }
            return new ClassBytes(file.readAllBytes()).changed();
        }
    }

    private byte[] changed() {
        skip(6);
        skip(2 * unsigned()); // interfaces
        for (int fields = unsigned(); fields > 0; fields--) {
            int flags = in.getShort(in.position());
            if ((flags & STATIC) == 0) {
                in.putShort(in.position(), (short) (flags & ~FINAL));
            }
            skip(6);
            for (int attributes = unsigned(); attributes > 0; attributes--) {
                skip(2);
                skip(in.getInt());
            }
        }
        int methods = in.position();
        in.putShort(methods, (short) (in.getShort(methods) + 1));
        byte[] constructor = constructor();
        return ByteBuffer.allocate(bytes.length + constructor.length)
                .put(bytes, 0, methods + 2)
                .put(constructor)
                .put(bytes, methods + 2, bytes.length - methods - 2)
                .array();
    }

    private byte[] constructor() {
        byte[] code = {0x2a, (byte) 0xb7, 0, 0, (byte) 0xb1}; // aload_0, invokespecial, return
        ByteBuffer.wrap(code).putShort(2, (short) constructorOfObject());
        return ByteBuffer.allocate(31)
                .putShort((short) PRIVATE)
                .putShort((short) text("<init>"))
                .putShort((short) text("()V"))
                .putShort((short) 1) // attribute
                .putShort((short) text("Code"))
                .putInt(12 + code.length)
                .putShort((short) 1) // stack
                .putShort((short) 1) // locals
                .putInt(code.length)
                .put(code)
                .putShort((short) 0) // handlers
                .putShort((short) 0) // attributes
                .array();
    }

    private int constructorOfObject() {
        for (int index = 1; index < constants.length; index++) {
            int at = constants[index];
            if (at > 0 && bytes[at] == METHOD) {
                int owner = constants[in.getShort(at + 1) & 0xffff];
                int signature = constants[in.getShort(at + 3) & 0xffff];
                if (isText(in.getShort(owner + 1) & 0xffff, "java/lang/Object")
                        && isText(in.getShort(signature + 1) & 0xffff, "<init>")) {
                    return index;
                }
            }
        }
        throw new IllegalStateException("no constructor calls that of Object");
    }

    private int text(String text) {
        for (int index = 1; index < constants.length; index++) {
            if (constants[index] > 0 && isText(index, text)) {
                return index;
            }
        }
        throw new IllegalStateException("no constant " + text);
    }

    private boolean isText(int index, String text) {
        int at = constants[index];
        int length = in.getShort(at + 1) & 0xffff;
        return bytes[at] == UTF8 && new String(bytes, at + 3, length, StandardCharsets.UTF_8).equals(text);
    }

    private int unsigned() {
        return in.getShort() & 0xffff;
    }

    private void skip(int count) {
        in.position(in.position() + count);
    }
}
