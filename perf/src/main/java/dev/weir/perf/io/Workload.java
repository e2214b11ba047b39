package dev.weir.perf.io;

import dev.weir.perf.peer.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What is asked of the servers. */
enum Workload {
    /** 128 bytes there and back, one exchange at a time on each connection. */
    ECHO(Kind.ECHO, "echo 128 B"),
    /** Connections that live for one echo. */
    CHURN(Kind.ECHO, "connect, echo 128 B, close"),
    /** Connections that were used once; each server is started anew. */
    IDLE(Kind.ECHO, "idle"),
    /** 64 KiB at a time from the server. */
    STREAM_OUT(Kind.STREAM, "64 KiB from the server"),
    /** 64 KiB at a time to the server. */
    STREAM_IN(Kind.SINK, "64 KiB to the server"),
    HTTP(Kind.HTTP, "HTTP plaintext"),
    HTTP_PIPELINED(Kind.HTTP, "HTTP plaintext, 16 pipelined"),
    /** An echo through a proxy, whose target is the C server beside the load. */
    PROXY(Kind.ECHO, "echo 128 B through a TCP proxy");

    static final int SIZE = 128;
    static final int CHUNK = 65536;
    static final int PIPELINE = 16;
    static final int IDLERS = 10_000;

    private static final int FEW = 8;
    private static final int SOME = 64;

    final Kind kind;
    private final String title;

    Workload(Kind kind, String title) {
        this.kind = kind;
        this.title = title;
    }

    boolean isProxied() {
        return this == PROXY;
    }

    /** Returns the rows of this workload. */
    List<Row> rows(List<Integer> echoConnections) {
        List<Row> rows = new ArrayList<>();
        switch (this) {
            case ECHO -> echoConnections.forEach(count -> rows.add(new Row(this, count)));
            case IDLE -> rows.add(new Row(this, IDLERS));
            case STREAM_OUT, STREAM_IN -> rows.add(new Row(this, FEW));
            case CHURN, HTTP, HTTP_PIPELINED, PROXY -> rows.add(new Row(this, SOME));
        }
        return rows;
    }

    String title() {
        return title;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /**
     * A row of the table.
     *
     * @param connections at a time
     */
    record Row(Workload workload, int connections) {
        String title() {
            return workload.title() + ", " + connections + (connections == 1 ? " connection" : " connections");
        }
    }
}
