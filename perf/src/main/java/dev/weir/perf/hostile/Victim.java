package dev.weir.perf.hostile;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.weir.perf.wire.Loopback;
import dev.weir.perf.wire.StreamPattern;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.Locale;

/** The kinds of servers: what a client says to each, and what a well-served client sees. */
enum Victim {
    ECHO {
        @Override
        void converse(Socket socket) throws IOException {
            byte[] sent = "sixteen bytes...".getBytes(US_ASCII);
            socket.getOutputStream().write(sent);
            socket.shutdownOutput();
            expect(Arrays.equals(socket.getInputStream().readAllBytes(), sent), "the echo differs");
        }
    },
    HTTP {
        @Override
        void converse(Socket socket) throws IOException {
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), US_ASCII);
            expect(answer.startsWith("HTTP/1.1 200 ") && answer.endsWith("Hello, World!"), "answered " + answer);
        }

        @Override
        byte[] talk(int length) {
            byte[] request = "GET /pipelined HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII);
            byte[] talk = new byte[length / request.length * request.length];
            for (int i = 0; i < talk.length; i++) {
                talk[i] = request[i % request.length];
            }
            return talk;
        }
    },
    STREAM {
        @Override
        void converse(Socket socket) throws IOException {
            byte[] received = socket.getInputStream().readNBytes(1000);
            for (int i = 0; i < 1000; i++) {
                expect(received.length == 1000 && received[i] == StreamPattern.at(i), "the stream differs");
            }
        }
    },
    SINK {
        @Override
        void converse(Socket socket) throws IOException {
            socket.getOutputStream().write(new byte[1000]);
            socket.shutdownOutput();
            expect(socket.getInputStream().read() == -1, "the sink answered");
        }
    };

    private static final int PATIENCE_MILLIS = 15_000;

    /** Opens a connection and is served as everybody should be. */
    void visit(int port) throws IOException {
        try (Socket socket = connect(port)) {
            converse(socket);
        }
    }

    abstract void converse(Socket socket) throws IOException;

    /** Returns at most so many bytes that make the server work; they may be sent again and again. */
    byte[] talk(int length) {
        byte[] talk = new byte[length];
        for (int i = 0; i < length; i++) {
            talk[i] = StreamPattern.at(i);
        }
        return talk;
    }

    static Socket connect(int port) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(Loopback.port(port), PATIENCE_MILLIS);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void expect(boolean condition, String otherwise) throws IOException {
        if (!condition) {
            throw new IOException(otherwise);
        }
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
